import type { Clock } from "../../core/ports/clock.ts";
import type { Timers } from "../../functions/alpaca/timers.ts";

/** Time that passes when it is told to. */
export interface FakeTime {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Runs what is due within so many milliseconds, in order, letting promises settle between. */
  advance(byMs: number): Promise<void>;
  /** Lets promises settle. */
  settle(): Promise<void>;
}

/** A clock that starts at an arbitrary time, with its timers. */
export function fakeTime(startMs = Date.UTC(2026, 10, 20, 15)): FakeTime {
  let nowMs = startMs;
  let waiting: { readonly atMs: number; readonly run: () => void }[] = [];
  const settle = async () => {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  };
  return {
    settle,
    clock: { nowMs: () => nowMs },
    timers: {
      after(delayMs, run) {
        const timer = { atMs: nowMs + delayMs, run };
        waiting.push(timer);
        return () => {
          waiting = waiting.filter((one) => one !== timer);
        };
      },
    },
    async advance(byMs) {
      const endMs = nowMs + byMs;
      await settle();
      for (;;) {
        const [next] = waiting.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        waiting = waiting.filter((one) => one !== next);
        nowMs = next.atMs;
        next.run();
        await settle();
      }
      nowMs = endMs;
    },
  };
}
