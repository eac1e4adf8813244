import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expect, test } from "vitest";
import * as z from "zod";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { emptyBook, openLedger } from "../../core/domain/ledger.ts";
import type { Bar } from "../../core/domain/market.ts";
import { atr, defineProfile, defineStrategy, ema } from "../../core/index.ts";
import { closedEvent } from "../../core/runtime/gatherer.ts";
import { type History, warmUp } from "../../core/runtime/warmUp.ts";
import { decide } from "../../core/strategy/decide.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { Runner } from "../../core/strategy/runner.ts";
import { historyOf } from "../../functions/serve/history.ts";

const SEED = 20_261_121;

/** Eight years of days that wander by up to three per cent. */
function wandering(): readonly Bar[] {
  const random = xoroshiro128plus(SEED);
  let close = 100;
  return calendarOf("us-equity")
    .sessionsBetween("2016-01-01", "2023-12-31")
    .map(({ openTimeMs, closeTimeMs }) => {
      const open = close;
      close *= 1 + uniformInt(random, -300, 300) / 10_000;
      const [low, high] = [Math.min(open, close) * 0.99, Math.max(open, close) * 1.01];
      return { openTimeMs, closeTimeMs, open, high, low, close, volume: 1_000 };
    });
}

test(`indicators of a fresh server are those of a replay that saw all years (seed ${SEED})`, async () => {
  const seen: number[] = [];
  const strategy = defineStrategy({
    name: "looker",
    description: "writes down what it sees",
    bars: "1d",
    params: z.object({}),
    state: z.object({}),
    indicators: () => ({ average: ema(50), range: atr(14) }),
    onBar({ indicators: { average, range } }) {
      seen.push(average.now, range.now);
      return undefined;
    },
  });
  const profile = compileProfile(defineProfile(strategy, { name: "looker", universe: ["AAA"] }));
  const bars = wandering();
  const last = bars.at(-1);
  const before = bars.at(-2);
  if (last === undefined || before === undefined) return expect.fail("there are no bars");
  const untilMs = before.closeTimeMs;
  const asked: number[] = [];
  const marketData = {
    bars: async ({ afterMs }: { readonly afterMs: number }) => {
      const some = bars.filter(({ closeTimeMs: at }) => at > afterMs && at <= untilMs);
      asked.push(some.length);
      return new Map([["AAA", some]]);
    },
    calendar: async () => [],
    assets: async () => new Map(),
  };
  const look = (history: History) => {
    const { state } = warmUp(profile, history, untilMs);
    const book = openLedger(emptyBook("looker", "margin"), "looker", profile.account.cash);
    const event = closedEvent("1d", last.closeTimeMs, [{ symbol: "AAA", ...last }], 1);
    decide(new Runner(profile, 0), state, book, event);
    return seen.splice(0);
  };
  const all = look({ timeframe: "1d", bars: new Map([["AAA", bars.slice(0, -1)]]) });
  const fresh = look(await historyOf(marketData, profile, "1d", untilMs));
  expect(all).toHaveLength(2);
  // The server asked for a part of the years alone.
  expect(asked[0]).toBeLessThan(bars.length / 3);
  for (const [i, value] of fresh.entries()) expect(value / (all[i] ?? 0)).toBeCloseTo(1, 4);
});
