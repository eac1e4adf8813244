/** Whether a text is like a pattern in which a star stands for anything. */
export function isLike(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

/** Whether an event is one that a pattern of EventBridge or of a stream's filter asks for. */
export function asksFor(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(event) ? event : [event];
    return values.some((value) => pattern.some((one) => fits(one, value)));
  }
  // A pattern on the items of a list holds when one of them is like it.
  if (Array.isArray(event)) return event.some((one) => asksFor(pattern, one));
  if (typeof event !== "object" || event === null) return false;
  return Object.entries(Object(pattern)).every(([key, inner]) =>
    asksFor(inner, Object.hasOwn(event, key) ? Reflect.get(event, key) : undefined),
  );
}

function fits(one: unknown, value: unknown): boolean {
  if (typeof one !== "object" || one === null) return one === value;
  const [[how, operand] = ["", undefined]] = Object.entries(one);
  if (how === "wildcard") return isLike(String(operand), String(value));
  if (how === "prefix") return typeof value === "string" && value.startsWith(String(operand));
  throw new Error(`the pattern asks by "${how}", which this match does not know`);
}
