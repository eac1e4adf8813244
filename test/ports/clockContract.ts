import { describe, expect, test } from "vitest";
import type { Clock } from "../../core/ports/clock.ts";

/** A clock under test. */
export interface ClockSubject {
  readonly clock: Clock;
  /** Lets time pass, whatever that takes, or none where nothing moves it. */
  pass(): Promise<void>;
}

/** What every clock promises: see `core/ports/clock.ts`. */
export function clockContract(name: string, open: () => Promise<ClockSubject>): void {
  describe(`${name}, by the contract of clocks`, () => {
    test("tells whole milliseconds since 1970, and never goes back", async () => {
      const { clock, pass } = await open();
      let lastMs = clock.nowMs();
      expect(lastMs).toBeGreaterThan(Date.UTC(1998, 0, 1));
      expect(lastMs).toBeLessThan(Date.UTC(2100, 0, 1));
      for (let i = 0; i < 5; i += 1) {
        await pass();
        const nowMs = clock.nowMs();
        expect(Number.isInteger(nowMs)).toBe(true);
        expect(nowMs).toBeGreaterThanOrEqual(lastMs);
        lastMs = nowMs;
      }
    });
  });
}
