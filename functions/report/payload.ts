import { textOf } from "../../core/domain/decimal.ts";
import type { Chart, ProfileResult, ReplayResult } from "../../core/runtime/result.ts";
import { type ChartPayload, candlesPerChart, chartPayload } from "./candles.ts";

/** Orders with their event chains that a page carries, over all profiles. */
export const MAX_PAGE_ORDERS = 12_000;
/** Round trips that a page carries, over all profiles. */
export const MAX_PAGE_TRIPS = 60_000;
/** Scanner candidates that a page carries, over all profiles. */
export const MAX_PAGE_CANDIDATES = 60_000;
const MIN_ROWS = 200;

/** A line over time: integer UTC milliseconds and dollars. */
export interface Curve {
  readonly name: string;
  readonly t: readonly number[];
  readonly v: readonly number[];
}

/** What the scripts of the page show of one profile; times in integer UTC milliseconds. */
export interface ProfilePayload {
  readonly equity: Curve;
  readonly benchmark: Curve | null;
  readonly charts: readonly ChartPayload[];
  readonly trips: readonly (readonly unknown[])[];
  readonly orders: readonly unknown[];
  readonly selections: readonly unknown[];
}

/** What the page leaves out of one profile, as sentences for the reader. */
export interface Omissions {
  readonly charts: string | null;
  readonly trips: string | null;
  readonly orders: string | null;
  readonly selections: string | null;
}

/** The curves of the overview: everything else of a profile waits until it is opened. */
export function overviewPayload(result: ReplayResult): unknown {
  const curves = result.profiles.map(({ name, equity }) => curve(name, equity));
  const benchmarks = new Map<string, Curve>();
  for (const { benchmark } of result.profiles) {
    if (benchmark === null || benchmarks.has(benchmark.symbol)) continue;
    benchmarks.set(benchmark.symbol, curve(benchmark.symbol, benchmark.equity));
  }
  return {
    profiles: curves,
    combined: curves.length > 1 ? curve("All profiles", result.combined.equity) : null,
    benchmarks: [...benchmarks.values()],
  };
}

/** Packs a profile, cut to its share of what a page may carry, and says what was cut. */
export function profilePayload(
  profile: ProfileResult,
  charts: readonly Chart[],
  page: { readonly profiles: number; readonly charts: number },
): { readonly data: ProfilePayload; readonly omitted: Omissions } {
  const share = (most: number) => Math.max(MIN_ROWS, Math.floor(most / page.profiles));
  const { benchmark } = profile;
  const orders = profile.orders.slice(-share(MAX_PAGE_ORDERS));
  const trips = profile.trips.slice(-share(MAX_PAGE_TRIPS));
  const packed = charts.map((chart) =>
    chartPayload(chart, profile.fills, candlesPerChart(page.charts)),
  );
  const { selections, cut } = packSelections(profile.selections, share(MAX_PAGE_CANDIDATES));
  return {
    data: {
      equity: curve(profile.name, profile.equity),
      benchmark: benchmark === null ? null : curve(benchmark.symbol, benchmark.equity),
      charts: packed,
      trips: trips.map(tripRow),
      orders: orders.map(packOrder),
      selections,
    },
    omitted: {
      charts: coarser(packed),
      trips: lastOnly("round trips", trips.length, profile.trips.length),
      orders: lastOnly("orders", orders.length, profile.orders.length),
      selections:
        cut === 0
          ? null
          : `${cut.toLocaleString("en-US")} dropped candidates are left out to keep this page small; the result's JSON has them.`,
    },
  };
}

function curve(name: string, points: ProfileResult["equity"]): Curve {
  const v = points.map(({ equity }) => cents(equity));
  return { name, t: points.map(({ timeMs }) => timeMs), v };
}

function tripRow(trip: ProfileResult["trips"][number]): readonly unknown[] {
  const { symbol, side, openTimeMs, closeTimeMs, quantity, entryPrice, exitPrice } = trip;
  const cost = quantity * entryPrice;
  return [
    ...[symbol, side, openTimeMs, closeTimeMs, quantity, entryPrice, exitPrice],
    ...[cents(trip.profit), cost > 0 ? trip.profit / cost : null, cents(trip.fees)],
    ...[trip.maePct, trip.mfePct, trip.bars],
  ];
}

function packOrder({ request, events, ...rest }: ProfileResult["orders"][number]): unknown {
  return plain({
    request,
    ...rest,
    events: events.map(({ data, ...event }) => ({ ...event, data: ownFacts(data, request.id) })),
  });
}

/**
 * Drops from an event what its order says already: the same request and ids would come five times.
 */
function ownFacts(data: unknown, orderId: string): unknown {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return data;
  const known = ["account", "profile", "request", "symbol", "side"];
  return Object.fromEntries(
    Object.entries(data).filter(
      ([key, value]) => !known.includes(key) && !(key === "orderId" && value === orderId),
    ),
  );
}

function packSelections(selections: ProfileResult["selections"], most: number) {
  const total = selections.reduce((sum, { data }) => sum + data.candidates.length, 0);
  const each = total <= most ? Infinity : Math.floor(most / selections.length);
  let cut = 0;
  const packed = selections.map(({ timeMs, data: { scanner, selected, candidates } }) => {
    const shown = [...candidates]
      .sort((a, b) => Number(b.kept) - Number(a.kept) || (a.rank ?? 1e9) - (b.rank ?? 1e9))
      .slice(0, Math.max(each, selected.length));
    cut += candidates.length - shown.length;
    const rows = shown.map((c) => [c.symbol, c.kept, c.rank, c.score, c.reason]);
    return [timeMs, scanner, selected, candidates.length, rows];
  });
  return { selections: packed, cut };
}

/** Exact decimals as text and what JSON cannot hold as null, however deep they lie. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return textOf(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

function lastOnly(what: string, shown: number, all: number): string | null {
  if (shown === all) return null;
  const [some, total] = [shown, all].map((rows) => rows.toLocaleString("en-US"));
  return `The last ${some} of ${total} ${what}, to keep this page small; the result's JSON has all.`;
}

function coarser(charts: readonly ChartPayload[]): string | null {
  const joined = charts.filter(({ barsPerCandle }) => barsPerCandle > 1);
  if (joined.length === 0) return null;
  const list = joined.map(
    ({ symbol, bars, barsPerCandle }) =>
      `${symbol} (${bars.toLocaleString("en-US")} bars, ${barsPerCandle} a candle)`,
  );
  return `Drawn coarser than they were traded, to keep this page small: ${list.join(", ")}.`;
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
