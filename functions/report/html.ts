/** Text that is safe to place in a page: made by {@link html}, never by hand. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | false | null | undefined | readonly Part[];

/**
 * A template that escapes whatever is put into it, so that forgetting to escape is not possible.
 * Lists are joined; `false`, `null` and `undefined` leave nothing behind.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: String.raw({ raw: strings }, ...parts.map(rendered)) };
}

/** Takes text as markup: for the libraries and styles of this checkout only, never for data. */
export function trusted(text: string): Html {
  return { html: text };
}

/** Escapes text for element content and for attributes in either kind of quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/**
 * JSON for a script element. `<` leaves as `\u003c`, so no text inside can close the element or
 * open a comment, and the two line separators of Unicode as escapes, as JavaScript once ended lines
 * there. Bigints are refused by JSON: convert them before.
 */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function rendered(part: Part): string {
  if (part === false || part === null || part === undefined) return "";
  if (typeof part === "string") return escapeHtml(part);
  if (typeof part === "number") return String(part);
  return "html" in part ? part.html : part.map(rendered).join("");
}
