/** One place that breaks a rule, and what to do about it. */
export interface Violation {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** What was found, and what to do instead. */
  readonly message: string;
}

/** `path:line: message`, one a line, sorted, so that an editor can jump to each. */
export function listed(violations: readonly Violation[]): readonly string[] {
  return [...violations]
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
    .map(({ path, line, message }) => `${path}:${line}: ${message}`);
}
