import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { type Calendar, calendarOf } from "../../core/domain/calendar/calendar.ts";
import type { Session } from "../../core/domain/calendar/session.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import type { BarColumns } from "../../core/domain/market.ts";
import { addDays } from "../../core/domain/time.ts";
import { type Timeframe, timeframeMs } from "../../core/domain/timeframe.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";

/** First date of the generated prices: any will do, as nothing real is meant. */
const FROM = "2023-01-03";
/** Length of a session on an always-open calendar; shares have 390 minutes of 60,000 ms. */
const YEAR_MINUTES = 252 * 390;
const YEARLY_VOLATILITY = 0.3;

/** The sessions in which prices are generated: as many as asked for, from 2023 on. */
export function sessionsOf(calendar: Calendar, count: number): readonly Session[] {
  const found: Session[] = [];
  for (let from = FROM; found.length < count; from = addDays(from, 31)) {
    found.push(...calendar.sessionsBetween(from, addDays(from, 30)));
  }
  return found.slice(0, count);
}

/**
 * Prices of a random walk for each instrument: the counts of events depend on how often bars close
 * and how often a strategy acts, and need no market that once was. The same every time.
 */
export function generatedFeeds(
  instruments: readonly Instrument[],
  timeframe: Timeframe,
  sessions: readonly Session[],
): readonly BarFeed[] {
  const edges = sessions.flatMap((session) => bucketsOf(session, timeframe));
  return instruments.map((instrument, i) => ({
    instrument,
    timeframe,
    columns: walk(edges, i + 1),
  }));
}

/** The calendar that a set of instruments shares. */
export function calendarOfAll(instruments: readonly Instrument[]): Calendar {
  return calendarOf(instruments[0]?.calendar ?? "us-equity");
}

type Bucket = readonly [openMs: number, closeMs: number];

function bucketsOf({ openTimeMs, closeTimeMs }: Session, timeframe: Timeframe): Bucket[] {
  const lengthMs = timeframeMs(timeframe) ?? closeTimeMs - openTimeMs;
  const count = Math.ceil((closeTimeMs - openTimeMs) / lengthMs);
  return Array.from({ length: count }, (_, i): Bucket => {
    const from = openTimeMs + i * lengthMs;
    return [from, Math.min(from + lengthMs, closeTimeMs)];
  });
}

function walk(edges: readonly Bucket[], seed: number): BarColumns {
  const random = xoroshiro128plus(seed * 7919);
  const column = () => new Float64Array(edges.length);
  const columns = {
    openTimeMs: Float64Array.from(edges, ([open]) => open),
    closeTimeMs: Float64Array.from(edges, ([, close]) => close),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: new Float64Array(edges.length).fill(100_000),
  };
  let price = 50 + seed;
  edges.forEach(([from, to], i) => {
    const before = edges[i - 1]?.[1] ?? from;
    // Nights move prices too: strategies that look for gaps must find some.
    if (before < from) price = cents(price * (1 + 0.02 * (uniformFloat64(random) - 0.5)));
    const minutes = Math.min((to - from) / 60_000, 390);
    const step = YEARLY_VOLATILITY * Math.sqrt(minutes / YEAR_MINUTES);
    const next = cents(price * (1 + step * (uniformFloat64(random) - 0.5) * Math.sqrt(12)));
    columns.open[i] = price;
    columns.close[i] = next;
    columns.high[i] = cents(Math.max(price, next) * (1 + step / 2));
    columns.low[i] = cents(Math.min(price, next) * (1 - step / 2));
    price = next;
  });
  return { length: edges.length, ...columns };
}

function cents(price: number): number {
  return Math.max(1, Math.round(price * 100) / 100);
}
