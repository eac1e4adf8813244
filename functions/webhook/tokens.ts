import { Refused } from "./problem.ts";

/** A body that was read: what JSON or `name=value` said, and the bare words of a text. */
export interface Fields {
  readonly values: unknown;
  readonly words: readonly string[];
}

const MAX_TOKENS = 64;
const SEPARATORS = " \t\r\n,;";

/**
 * Reads free text: `name=value` pairs and bare words, separated by spaces, commas, semicolons or
 * lines; a value in double quotes may hold separators. Done by hand in one pass, as an expression
 * on a stranger's text can be made to run for ever.
 * @throws Refused `malformed` for a name given twice, an open quote or too many tokens.
 */
export function readTokens(text: string): Fields {
  const pairs = new Map<string, string>();
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (SEPARATORS.includes(text.charAt(at))) {
      at += 1;
      continue;
    }
    const { name, value, end } = tokenAt(text, at);
    at = end;
    if (name === null) words.push(value);
    else if (pairs.has(name)) throw new Refused("malformed", "expected each name once");
    else pairs.set(name, value);
    if (pairs.size + words.length > MAX_TOKENS) {
      throw new Refused("malformed", `expected at most ${MAX_TOKENS} words`);
    }
  }
  return { values: Object.fromEntries(pairs), words };
}

function tokenAt(text: string, start: number) {
  let name: string | null = null;
  let from = start;
  let at = start;
  for (; at < text.length && !SEPARATORS.includes(text.charAt(at)); at += 1) {
    const letter = text.charAt(at);
    if (letter === "=" && name === null && at > start) {
      name = text.slice(start, at);
      from = at + 1;
    } else if (letter === '"' && at === from) {
      const close = text.indexOf('"', at + 1);
      if (close < 0) throw new Refused("malformed", "expected a closing quote");
      return { name, value: text.slice(from + 1, close), end: close + 1 };
    }
  }
  return { name, value: text.slice(from, at), end: at };
}
