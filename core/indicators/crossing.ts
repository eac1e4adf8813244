/** What a crossing is seen in: a value and the one before, as every indicator's state has them. */
export interface Crossable {
  readonly now: number;
  readonly previous: number;
}

/**
 * Whether `a` went above `b`, another indicator or a level, at the last bar: not above before,
 * above now. Touching is not crossing.
 */
export function crossedAbove(a: Crossable, b: Crossable | number): boolean {
  if (typeof b === "number") return a.previous <= b && a.now > b;
  return a.previous <= b.previous && a.now > b.now;
}

/** Whether `a` went below `b`, another indicator or a level, at the last bar. */
export function crossedBelow(a: Crossable, b: Crossable | number): boolean {
  if (typeof b === "number") return a.previous >= b && a.now < b;
  return a.previous >= b.previous && a.now < b.now;
}
