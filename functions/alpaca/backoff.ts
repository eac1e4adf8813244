const FIRST_MS = 1_000;
/** Alpaca takes about this long to notice that a connection is dead and its place is free. */
const LONGEST_MS = 90_000;
/** A refused upgrade (429) and a place that is taken (406) come again at once if asked at once. */
const CROWDED_MS = 5_000;

/** What an error of a stream means. */
export interface StreamTrouble {
  /** `fatal` ends the connection; a `fault` of a request leaves it as it is. */
  readonly kind: "fatal" | "fault";
  /** The least time before the next attempt, ms. */
  readonly waitMs: number;
}

/** The library tells errors by their texts alone; these end a connection, and for how long. */
const FATAL: readonly (readonly [RegExp, number])[] = [
  [/connection limit exceeded/, CROWDED_MS],
  [/response: 429/, CROWDED_MS],
  [/auth failed|not authenticated|auth timeout|unauthorized/, LONGEST_MS],
  [/slow client|internal error|failed to decode/, 0],
];

/**
 * What an error means. What a server says of one request (too many symbols, no subscription) leaves
 * the connection up; errors of the socket are followed by its close, which says enough.
 */
export function troubleOf(message: string): StreamTrouble {
  const found = FATAL.find(([text]) => text.test(message));
  return found === undefined ? { kind: "fault", waitMs: 0 } : { kind: "fatal", waitMs: found[1] };
}

/**
 * How long to wait after so many failures in a row, ms: doubled each time up to a minute and a
 * half, drawn from the upper half, so that many clients do not come back at the same moment.
 */
export function delayAfter(failures: number, leastMs: number, random: () => number): number {
  const longest = Math.min(LONGEST_MS, Math.max(FIRST_MS, leastMs) * 2 ** Math.min(failures, 16));
  return Math.round(longest * (0.5 + 0.5 * random()));
}
