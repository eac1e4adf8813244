import type { PaperAccount } from "../paper.ts";
import { rowsUntil, type Tape } from "../tape.ts";
import { type Bucket, barJson, bucketsOf } from "./bars.ts";
import type { DataKind } from "./rows.ts";
import { latestQuote, latestTrade, quoteJson, tradeJson } from "./ticks.ts";
import { readFrame } from "./timeframes.ts";

const DAY = readFrame("1Day");
/** Longer than any closure, so that the day before is among them. */
const LOOK_BACK_MS = 14 * 86_400_000;

/** The last bar that has closed; null before the first. */
export function latestBar(tape: Tape, nowMs: number): Bucket | null {
  const { columns } = tape.base;
  const row = tape.lastTold(columns.openTimeMs, rowsUntil(columns.closeTimeMs, nowMs) - 1);
  if (row < 0) return null;
  return {
    startMs: columns.openTimeMs[row] ?? 0,
    open: columns.open[row] ?? 0,
    high: columns.high[row] ?? 0,
    low: columns.low[row] ?? 0,
    close: columns.close[row] ?? 0,
    volume: columns.volume[row] ?? 0,
  };
}

/** The last two daily bars, that of the running day included; older first. */
export function lastDays(tape: Tape, nowMs: number): readonly Bucket[] {
  const span = { fromMs: nowMs - LOOK_BACK_MS, toMs: nowMs, knownMs: nowMs };
  return bucketsOf(tape, DAY, span).slice(-2);
}

/** Everything that is known of a symbol now; keys without a value are left out, as at Alpaca. */
export function snapshotJson(
  { nowMs }: PaperAccount,
  tape: Tape,
  kind: DataKind,
): Readonly<Record<string, unknown>> {
  const trade = latestTrade(tape, nowMs);
  const quote = latestQuote(tape, nowMs);
  const bar = latestBar(tape, nowMs);
  const days = lastDays(tape, nowMs);
  const [before, today] = days.length === 2 ? days : [undefined, days[0]];
  return {
    ...(trade === null ? {} : { latestTrade: tradeJson(trade, tape.tradeRow, kind) }),
    ...(quote === null ? {} : { latestQuote: quoteJson(quote, kind) }),
    ...(bar === null ? {} : { minuteBar: barJson(bar, kind) }),
    ...(today === undefined ? {} : { dailyBar: barJson(today, kind) }),
    ...(before === undefined ? {} : { prevDailyBar: barJson(before, kind) }),
  };
}
