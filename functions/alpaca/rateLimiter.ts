import type { Clock } from "../../core/ports/clock.ts";
import type { Timers } from "./timers.ts";

/** What a request is for, most urgent first. */
export const priorities = ["exit", "entry", "query", "data"] as const;
export type Priority = (typeof priorities)[number];

/** How a limiter is set. */
export interface RateLimit {
  /** Requests that the venue takes in any window; Alpaca takes 200 a minute and key. */
  readonly requests: number;
  readonly windowMs: number;
}

/** Alpaca's limit of the trading API, and of the data API on the free plan. */
export const ALPACA_LIMIT: RateLimit = { requests: 200, windowMs: 60_000 };

/**
 * The share of a window that each kind may use up: the last of it is for exits and cancels alone,
 * as a scanner must never be what keeps a position from being closed.
 */
const SHARES: Readonly<Record<Priority, number>> = { exit: 1, entry: 0.95, query: 0.9, data: 0.75 };

/** Hands out the right to send a request. */
export interface RateLimiter {
  /** Waits until a request of this kind may be sent. */
  acquire(priority: Priority): Promise<void>;
  /** The venue said that it is too much: nothing is sent for so many milliseconds. */
  pause(forMs: number): void;
}

/**
 * A sliding window: no stretch of `windowMs` ever holds more than `requests`, which a bucket that
 * refills while it is full could not promise. The more urgent go first, and those alike in turn.
 */
export function rateLimiter(limit: RateLimit, clock: Clock, timers: Timers): RateLimiter {
  const sent: number[] = [];
  const waiting = new Map<Priority, (() => void)[]>(priorities.map((one) => [one, []]));
  let pausedUntilMs = 0;
  let callOff: (() => void) | null = null;

  /** When a request of this kind may be sent, UTC ms; now or earlier for at once. */
  const dueMs = (priority: Priority): number => {
    const allowed = Math.max(1, Math.floor(limit.requests * SHARES[priority]));
    const blocking = sent[sent.length - allowed];
    return Math.max(pausedUntilMs, blocking === undefined ? 0 : blocking + limit.windowMs);
  };

  const drain = (): void => {
    callOff?.();
    callOff = null;
    const nowMs = clock.nowMs();
    while (sent[0] !== undefined && sent[0] + limit.windowMs <= nowMs) sent.shift();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const priority of priorities) {
      const queue = waiting.get(priority) ?? [];
      while (queue.length > 0 && dueMs(priority) <= nowMs) {
        sent.push(nowMs);
        queue.shift()?.();
      }
      if (queue.length > 0) nextMs = Math.min(nextMs, dueMs(priority));
    }
    if (nextMs < Number.POSITIVE_INFINITY) callOff = timers.after(nextMs - nowMs, drain);
  };

  return {
    acquire: (priority) =>
      new Promise((resolve) => {
        waiting.get(priority)?.push(resolve);
        drain();
      }),
    pause(forMs) {
      pausedUntilMs = Math.max(pausedUntilMs, clock.nowMs() + forMs);
    },
  };
}
