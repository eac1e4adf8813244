import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile, equity } from "../../core/index.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { barsOf } from "../runtime/worlds.ts";

/** What the bars are drawn from. */
export const SEED = 20_240_701;

const MINUTE_MS = 60_000;

/** A session's minutes that wander about, the same for a seed. */
function wandering(symbol: string, minutes: number, seed: number, lengthMs = MINUTE_MS) {
  const random = xoroshiro128plus(seed);
  let price = 10_000;
  const rows = Array.from({ length: minutes }, () => {
    const open = price;
    price = Math.max(1_000, price + uniformInt(random, -25, 25));
    const high = Math.max(open, price) + uniformInt(random, 0, 10);
    const low = Math.min(open, price) - uniformInt(random, 0, 10);
    return [open / 100, high / 100, low / 100, price / 100] as const;
  });
  const startMs = newYorkTimeMs("2024-07-01", "09:30");
  return { instrument: equity(symbol), columns: barsOf(rows, startMs, lengthMs) };
}

const symbols = ["AAA", "BBB", "CCC"];

/** Breakouts of three instruments by the minute. */
export const profile = () =>
  defineProfile(openingRange, {
    name: "minutes",
    universe: symbols,
    sizing: { kind: "fixed-quantity", quantity: "10" },
  });

/** One session of each. */
export const feeds = () =>
  symbols.map((symbol, i) => ({
    ...wandering(symbol, 390, SEED + i),
    timeframe: "1m" as const,
  }));
