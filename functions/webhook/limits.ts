import { Refused } from "./problem.ts";

/** Bytes that a body may have. */
export const MAX_BODY_BYTES = 16 * 1024;
/** How deep objects and lists may be nested. */
export const MAX_DEPTH = 8;
/** Calls that are worked on at once, in one process. */
export const MAX_IN_FLIGHT = 512;
/** Within TradingView's 3 s, with time left for the way back, ms. */
export const DEADLINE_MS = 2_500;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** @throws Refused `too-large`, by the length that was announced or by what came. */
export function checkLength(bytes: number): void {
  if (!(bytes <= MAX_BODY_BYTES)) {
    throw new Refused("too-large", `expected at most ${MAX_BODY_BYTES} bytes`);
  }
}

/**
 * Looks at nesting before anything is parsed, so that brackets alone cost nothing.
 * @throws Refused `malformed` beyond {@link MAX_DEPTH}.
 */
export function checkDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > MAX_DEPTH) {
        throw new Refused("malformed", `expected nesting of at most ${MAX_DEPTH} levels`);
      }
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
}

/** Reads a stream up to the limit. @throws Refused `too-large` as soon as it is passed. */
export async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    length += value?.length ?? 0;
    if (length > MAX_BODY_BYTES) await reader.cancel();
    checkLength(length);
    if (value !== undefined) parts.push(value);
  }
  return Buffer.concat(parts, length);
}
