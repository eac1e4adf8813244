import { HOURS } from "./month.ts";

/**
 * What cannot be counted in a replay: how long functions wait for AWS and the venue, milliseconds.
 * Guesses from what such calls usually take, on the high side; a bill is mostly writes, not time.
 */
export const ASSUMED_MS = {
  webhook: 80,
  publish: 60,
  /** Once an event, and once more for each profile that decides on it: a load and a commit. */
  decide: 40,
  decideProfile: 15,
  /** Reading and writing one kept KB of snapshot, compression included, at this share of a CPU. */
  decideKb: 0.3,
  execute: 400,
  updates: 30,
  reconcile: 1500,
  schedule: 400,
  /** For each 100 instruments whose bars are asked for: a page of the venue's answer. */
  schedulePage: 200,
  /** Replaying one set of a sweep: a year of minutes of a few instruments. */
  sweepSet: 5000,
} as const;

/** What else is taken as given. */
export const ASSUMED = {
  /** Signals a session of each profile that takes them. */
  signals: 10,
  /** Lambda's five pollers ask an idle queue three times a minute each. */
  idleQueueRequests: 5 * 3 * 60 * HOURS.month,
  /** Log of one invocation, bytes. */
  logBytes: 1500,
  /** Share of invocations that X-Ray samples. */
  sampled: 0.05,
  /** Months of journal that the table holds. */
  monthsKept: 12,
  /** An environment of a function lives about an hour, and reads its secret once. */
  secretReadsAnHour: 1,
  /** Notices and alarms a session, each an invocation of what tells chats. */
  notices: 5,
  /** Sets that a function replays in one call, as stacks/sweep.ts hands them out. */
  setsACall: 20,
  /** What a call of a sweep passes through in its state machine, and its own execution. */
  transitionsACall: 3,
  /** Bars and results that sweeps leave in their bucket, bytes. */
  sweepBytes: 1e9,
} as const;
