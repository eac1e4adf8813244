import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Priority, priorities, rateLimiter } from "../../functions/alpaca/rateLimiter.ts";
import { fakeTime } from "./fakeTime.ts";

const LIMIT = { requests: 20, windowMs: 60_000 };

/** Asks for so many turns and notes which came when. */
function asked(limit = LIMIT) {
  const time = fakeTime();
  const limiter = rateLimiter(limit, time.clock, time.timers);
  const turns: { priority: Priority; atMs: number }[] = [];
  const ask = (priority: Priority) =>
    limiter.acquire(priority).then(() => turns.push({ priority, atMs: time.clock.nowMs() }));
  return { time, limiter, turns, ask };
}

describe("the rate limiter", () => {
  test("the last of a window is for exits alone", async () => {
    const { time, turns, ask } = asked();
    for (let i = 0; i < 30; i += 1) ask("data");
    for (let i = 0; i < 30; i += 1) ask("entry");
    for (let i = 0; i < 30; i += 1) ask("exit");
    await time.settle();
    const count = (one: Priority) => turns.filter(({ priority }) => priority === one).length;
    expect([count("data"), count("entry"), count("exit")]).toEqual([15, 4, 1]);
  });

  test("exits that wait go before entries, and those before data", async () => {
    const { time, turns, ask } = asked();
    for (let i = 0; i < 20; i += 1) ask("exit");
    ask("data");
    ask("entry");
    ask("exit");
    await time.settle();
    await time.advance(60_000);
    expect(turns.slice(20).map(({ priority }) => priority)).toEqual(["exit", "entry", "data"]);
  });

  test("a pause holds everything back, for as long as the venue asked", async () => {
    const { time, limiter, turns, ask } = asked();
    limiter.pause(5_000);
    ask("exit");
    await time.advance(4_999);
    expect(turns).toEqual([]);
    await time.advance(1);
    expect(turns).toHaveLength(1);
  });

  test("no window of a minute holds more than the limit, and nobody waits for ever", async () => {
    const asks = fc.array(
      fc.record({ waitMs: fc.nat(5_000), priority: fc.constantFrom(...priorities) }),
      { maxLength: 120 },
    );
    const property = fc.asyncProperty(asks, async (list) => {
      const { time, turns, ask } = asked();
      for (const { waitMs, priority } of list) {
        await time.advance(waitMs);
        ask(priority);
      }
      await time.advance(20 * 60_000);
      expect(turns).toHaveLength(list.length);
      for (const [i, { atMs }] of turns.entries()) {
        const later = turns[i + LIMIT.requests];
        if (later !== undefined) expect(later.atMs - atMs).toBeGreaterThanOrEqual(LIMIT.windowMs);
      }
    });
    await fc.assert(property, { seed: 20261121, numRuns: 40 });
  });
});
