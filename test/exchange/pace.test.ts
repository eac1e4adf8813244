import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../core/domain/time.ts";
import { createExchange, type Exchange } from "../../functions/exchange/exchange.ts";
import { type Pace, startPace } from "../../functions/exchange/pace.ts";
import { flat, minutes, OPEN_MS } from "./rigs.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const NIGHT_MS = 17 * HOUR_MS;

/** Ten minutes of bars, a night, and ten more. */
function twoDays(): Exchange {
  const first = minutes("AAA", flat(100, 10));
  const later = minutes("BBB", flat(50, 10), OPEN_MS + NIGHT_MS);
  return createExchange({ feeds: [first, later] });
}

/** How far the clock has come after so much of the wall's, ms from the open. */
async function reachedAfter(wallMs: number, pace: Pace, exchange = twoDays()): Promise<number> {
  const running = startPace(exchange, pace);
  await vi.advanceTimersByTimeAsync(wallMs);
  await running.stop();
  return exchange.nowMs - OPEN_MS;
}

describe("the clock of a served exchange", () => {
  it("goes as fast as the wall's, or so many times as fast", async () => {
    expect(await reachedAfter(60_000, { speed: 1, skipsClosed: false })).toBe(MINUTE_MS);
    expect(await reachedAfter(60_000, { speed: 5, skipsClosed: false })).toBe(5 * MINUTE_MS);
  });

  it("jumps over the night where that is wanted", async () => {
    const pace = { speed: 10, skipsClosed: true };
    const reached = await reachedAfter(90_000, pace);
    expect(reached).toBeGreaterThan(NIGHT_MS);
    expect(reached).toBeLessThan(NIGHT_MS + 10 * MINUTE_MS);
    expect(await reachedAfter(90_000, { ...pace, skipsClosed: false })).toBe(15 * MINUTE_MS);
  });

  it("stops at the end of the recording, and goes on from where it was moved to", async () => {
    expect(await reachedAfter(60_000, { speed: 1e6, skipsClosed: false })).toBe(
      NIGHT_MS + 10 * MINUTE_MS,
    );
    const exchange = twoDays();
    const running = startPace(exchange, { speed: 1, skipsClosed: false });
    await vi.advanceTimersByTimeAsync(1000);
    exchange.advanceTo(OPEN_MS + 5 * MINUTE_MS);
    await vi.advanceTimersByTimeAsync(1000);
    await running.stop();
    expect(exchange.nowMs - OPEN_MS).toBe(5 * MINUTE_MS + 1000);
  });
});
