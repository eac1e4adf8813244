import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import type { Decimal } from "../../core/domain/decimal.ts";
import { textOf } from "../../core/domain/decimal.ts";
import { MINUTE_MS } from "../../core/domain/time.ts";
import { defineProfile, equity } from "../../core/index.ts";
import { type CompiledProfile, compileProfile } from "../../core/strategy/profile.ts";
import { openingRange } from "../../strategies/opening-range.ts";

/** Instruments that a server trades for a year. */
const universe = Array.from({ length: 20 }, (_, i) => equity(`S${10 + i}`));

/** Sessions of regular hours from the first of 2024 on: 252 make its year. */
export function sessionsOf(count: number) {
  const all = calendarOf("us-equity").sessionsBetween("2024-01-01", "2027-12-31");
  if (all.length < count) throw new RangeError(`expected ${all.length} days or less, got ${count}`);
  return all.slice(0, count);
}

/** Breakouts of twenty instruments by the minute, home every night; who has so much cash. */
export function soakProfile(cash: Decimal): CompiledProfile {
  return compileProfile(
    defineProfile(openingRange, {
      name: "soak",
      universe,
      sizing: { kind: "fixed-quantity", quantity: "10" },
      limits: { allowShort: true },
      account: { name: "soak", cash: textOf(cash) },
    }),
  );
}

/** The minutes of some sessions: prices that wander about 100 dollars, the same for a seed. */
export function feedsOf(sessions: ReturnType<typeof sessionsOf>, seed: number) {
  const times = sessions.flatMap(({ openTimeMs, closeTimeMs }) =>
    Array.from(
      { length: (closeTimeMs - openTimeMs) / MINUTE_MS },
      (_, i) => openTimeMs + i * MINUTE_MS,
    ),
  );
  return universe.map((instrument, place) => {
    const random = xoroshiro128plus(seed + place * 7_919 + (times[0] ?? 0) / MINUTE_MS);
    return { instrument, timeframe: "1m" as const, columns: wandering(times, random) };
  });
}

function wandering(times: readonly number[], random: RandomGenerator) {
  const { length } = times;
  const column = () => new Float64Array(length);
  const columns = { open: column(), high: column(), low: column(), close: column() };
  let cents = 10_000;
  for (let i = 0; i < length; i += 1) {
    const before = cents;
    cents += uniformInt(random, -25, 25) + (cents > 10_000 ? -1 : 1);
    columns.open[i] = before / 100;
    columns.high[i] = (Math.max(before, cents) + uniformInt(random, 0, 10)) / 100;
    columns.low[i] = (Math.min(before, cents) - uniformInt(random, 0, 10)) / 100;
    columns.close[i] = cents / 100;
  }
  const openTimeMs = Float64Array.from(times);
  const closeTimeMs = openTimeMs.map((timeMs) => timeMs + MINUTE_MS);
  return { length, openTimeMs, closeTimeMs, ...columns, volume: column().fill(10_000) };
}
