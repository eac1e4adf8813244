import { describe, expect, test } from "vitest";
import type { OnceJob, Scheduler } from "../../core/ports/scheduler.ts";

/** A scheduler under test. */
export interface SchedulerSubject {
  readonly scheduler: Scheduler;
  /** Moves its clock on to a time, UTC ms; answers what has fired since it was last asked. */
  fired(nowMs: number): readonly Pick<OnceJob, "job" | "input">[];
}

const AT_MS = Date.parse("2024-11-29T17:45:00Z");
const job = (n: number, atMs = AT_MS): OnceJob => ({
  name: `mix.rebalance.${n}`,
  atMs,
  job: "fire",
  input: { profile: "mix", n, isLate: false, note: null },
});
const plain = ({ job: name, input }: OnceJob) => ({ job: name, input });
/** A scheduler may be late by so much, but never early. */
const LATE_MS = 60_000;

/** What every scheduler promises: see `core/ports/scheduler.ts`. */
export function schedulerContract(name: string, open: () => SchedulerSubject): void {
  describe(`${name}, by the contract of schedulers`, () => {
    test("fires a job with its input at its time, not before, and once", async () => {
      const { scheduler, fired } = open();
      expect(await scheduler.once(job(1))).toBe("created");
      expect(fired(AT_MS - 1)).toEqual([]);
      expect(fired(AT_MS + LATE_MS)).toEqual([plain(job(1))]);
      expect(fired(AT_MS + 10 * LATE_MS)).toEqual([]);
    });

    test("a time between its ticks is fired after, never before", async () => {
      const { scheduler, fired } = open();
      await scheduler.once(job(1, AT_MS + 1));
      expect(fired(AT_MS)).toEqual([]);
      expect(fired(AT_MS + 1 + LATE_MS)).toHaveLength(1);
    });

    test("planning a name twice plans it once, as it was first", async () => {
      const { scheduler, fired } = open();
      await scheduler.once(job(1));
      expect(await scheduler.once({ ...job(1, AT_MS - LATE_MS), input: {} })).toBe("existed");
      expect(fired(AT_MS - 1)).toEqual([]);
      expect(fired(AT_MS + LATE_MS)).toEqual([plain(job(1))]);
    });

    test("what is removed does not fire, and removing it again is fine", async () => {
      const { scheduler, fired } = open();
      await scheduler.once(job(1));
      await scheduler.once(job(2));
      await scheduler.remove("mix.rebalance.1");
      await scheduler.remove("mix.rebalance.1");
      expect(fired(AT_MS + LATE_MS)).toEqual([plain(job(2))]);
    });

    test("a name is free again once it was removed", async () => {
      const { scheduler, fired } = open();
      await scheduler.once(job(1));
      await scheduler.remove("mix.rebalance.1");
      expect(await scheduler.once(job(1, AT_MS + LATE_MS))).toBe("created");
      expect(fired(AT_MS)).toEqual([]);
      expect(fired(AT_MS + 2 * LATE_MS)).toHaveLength(1);
    });

    test("names that look alike to a machine are different jobs", async () => {
      const { scheduler, fired } = open();
      const names = ["mix.BTC/USD", "mix.BTC-USD", `${"x".repeat(63)}1`, `${"x".repeat(63)}2`];
      for (const [n, one] of names.entries()) await scheduler.once({ ...job(n), name: one });
      const found = fired(AT_MS + LATE_MS).map(({ input }) => input.n);
      expect(found.sort()).toEqual([0, 1, 2, 3]);
    });
  });
}
