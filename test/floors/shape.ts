import type { Source } from "./tree.ts";
import type { Violation } from "./violation.ts";

/** Lines a file may have, and characters a line. */
export const LIMITS = { lines: 300, testLines: 350, columns: 100, literals: 165 } as const;

/** Files that no longer hold one idea; a table of cases may be a little longer. */
export function longFiles(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, text }) => {
    const count = linesOf(text).length;
    const most = path.startsWith("test/") ? LIMITS.testLines : LIMITS.lines;
    if (count <= most) return [];
    const message = `${count} lines, at most ${most}: split it by what it is about`;
    return [{ path, line: most + 1, message }];
  });
}

/**
 * Lines that do not fit beside another file. The formatter breaks code at 100 columns by itself and
 * leaves only what stands in quotes: messages and markup, which may be longer. An address alone on
 * its line cannot be broken.
 */
export function longLines(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, text }) =>
    linesOf(text).flatMap((line, index) => {
      const length = [...line].length;
      const most = /["'`<>]/.test(line) && !isComment(line) ? LIMITS.literals : LIMITS.columns;
      if (length <= most || isAddress(line)) return [];
      const message = `${length} characters, at most ${most}: break the line`;
      return [{ path, line: index + 1, message }];
    }),
  );
}

function isComment(line: string): boolean {
  return /^\s*(\/\/|\*|\/\*\*)/.test(line);
}

function isAddress(line: string): boolean {
  return /^\s*(\/\/|\*|\/\*\*)?\s*(@see\s+)?https?:\/\/\S+(\s*\*\/)?$/.test(line);
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, "").split("\n");
}
