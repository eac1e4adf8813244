import { checkDepth } from "./limits.ts";
import { Refused } from "./problem.ts";
import { type Fields, readTokens } from "./tokens.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });
const NO_WORDS: readonly string[] = [];

/** What a content type may be. TradingView sends the first two; others tolerate more. */
const MEDIA_TYPES = ["application/json", "text/plain", "application/x-www-form-urlencoded"];

/** @throws Refused `media-type` for other types, charsets and compressed bodies. */
export function mediaTypeOf(contentType: string | undefined, encoding: string | undefined): string {
  if (contentType === "application/json" && encoding === undefined) return contentType;
  if (encoding !== undefined && encoding.trim().toLowerCase() !== "identity") {
    throw new Refused("media-type", "expected a body without compression", "content-encoding");
  }
  const [type = "", ...parameters] = (contentType ?? "text/plain").toLowerCase().split(";");
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith("charset="));
  const known = MEDIA_TYPES.find((one) => one === type.trim());
  if (known === undefined) {
    throw new Refused("media-type", `expected ${MEDIA_TYPES.join(", ")}`, "content-type");
  }
  if (charset !== undefined && !/^charset="?(utf-8|us-ascii)"?$/.test(charset)) {
    throw new Refused("media-type", "expected charset=utf-8", "content-type");
  }
  return known;
}

/**
 * Reads a body by what it is rather than by what it is called: TradingView names JSON `text/plain`
 * when it was not quite JSON, and some relays name everything a form.
 * @throws Refused `malformed`.
 */
export function readBody(bytes: Uint8Array, mediaType: string): Fields {
  const text = decode(bytes).trim();
  if (text === "") throw new Refused("malformed", "expected a body, got none");
  if (mediaType === "application/json" || text.startsWith("{") || text.startsWith("[")) {
    return { values: readJson(text), words: NO_WORDS };
  }
  if (mediaType === "application/x-www-form-urlencoded") return readForm(text);
  return readTokens(text);
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Refused("malformed", "expected UTF-8");
  }
}

/** A `__proto__` in JSON becomes a plain own key here, and is refused as an unknown one later. */
function readJson(text: string): unknown {
  checkDepth(text);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the body, and with it perhaps a secret.
    throw new Refused("malformed", "expected JSON; is a placeholder unquoted, or NaN?");
  }
}

function readForm(text: string): Fields {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (values.has(name)) throw new Refused("malformed", "expected each field once");
    values.set(name, value);
  }
  return { values: Object.fromEntries(values), words: NO_WORDS };
}
