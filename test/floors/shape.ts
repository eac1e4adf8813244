import type { Source } from "./tree.ts";
import type { Violation } from "./violation.ts";

/** Lines a file may have, and characters a line. */
export const LIMITS = { lines: 300, columns: 100 } as const;

/** Files that no longer hold one idea. */
export function longFiles(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, text }) => {
    const count = linesOf(text).length;
    if (count <= LIMITS.lines) return [];
    const message = `${count} lines, at most ${LIMITS.lines}: split it by what it is about`;
    return [{ path, line: LIMITS.lines + 1, message }];
  });
}

/** Lines that do not fit beside another file; an address alone on its line cannot be broken. */
export function longLines(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, text }) =>
    linesOf(text).flatMap((line, index) => {
      const length = [...line].length;
      if (length <= LIMITS.columns || isAddress(line)) return [];
      const message = `${length} characters, at most ${LIMITS.columns}: break the line`;
      return [{ path, line: index + 1, message }];
    }),
  );
}

function isAddress(line: string): boolean {
  return /^\s*(\/\/|\*|\/\*\*)?\s*(@see\s+)?https?:\/\/\S+(\s*\*\/)?$/.test(line);
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, "").split("\n");
}
