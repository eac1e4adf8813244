import { InputError } from "../../core/domain/errors.ts";
import { newYorkDate } from "../../core/domain/time.ts";
import type { CorporateAction } from "../../core/runtime/actionHandler.ts";
import type { Policy } from "../readers/index.ts";
import type { LoadedFeed } from "./sources.ts";

/** Opens at these shares of the last close are splits far more often than news. */
const LOW = 0.6;
const HIGH = 1.7;
const MOST_NAMED = 3;

/**
 * Refuses a period that the data does not reach, before anything is replayed.
 * @throws InputError with the days that the data covers.
 */
export function mustOverlap(
  feeds: readonly LoadedFeed[],
  period: { readonly fromMs: number; readonly toMs: number },
): void {
  const filled = feeds.filter(({ feed }) => feed.columns.length > 0);
  if (filled.length === 0) return;
  const firstMs = Math.min(...filled.map(({ feed }) => feed.columns.closeTimeMs[0] ?? 0));
  const lastMs = Math.max(...filled.map(({ feed }) => feed.columns.closeTimeMs.at(-1) ?? 0));
  const covered = `data covers ${newYorkDate(firstMs)} to ${newYorkDate(lastMs)}`;
  if (period.fromMs > lastMs) {
    throw new InputError(`--from: expected a day up to the last bar: ${covered}`);
  }
  if (period.toMs < firstMs) {
    throw new InputError(`--to: expected a day from the first bar on: ${covered}`);
  }
}

/** What a reader of the result should know of the models and of the rows that were read. */
export function warningsOf(
  request: { readonly fill: string; readonly onBad: Policy },
  feeds: readonly LoadedFeed[],
): readonly string[] {
  const warnings: string[] = [];
  if (request.fill === "this-close") {
    warnings.push("fill model this-close is optimistic: orders fill at the price that caused them");
  }
  for (const { feed, issues } of feeds) {
    if (issues.length > 0) {
      warnings.push(
        `${feed.instrument.symbol}: ${issues.length} bad rows were ${request.onBad === "skip" ? "skipped" : "repaired"}`,
      );
    }
  }
  return warnings;
}

/**
 * Names the nights over which a share opened so far from its last close that a split is likely and
 * none is known: a replay across it would book a loss, or a gain, that nobody had.
 */
export function unexplainedGaps(
  feeds: readonly LoadedFeed[],
  actions: readonly CorporateAction[],
  fromMs: number,
): readonly string[] {
  return feeds.flatMap(({ feed }) => {
    const { symbol, assetClass } = feed.instrument;
    if (assetClass !== "us-equity") return [];
    const known = new Set(
      actions.filter((one) => one.symbol === symbol).map((one) => newYorkDate(one.timeMs)),
    );
    const gaps = gapsOf(feed.columns, fromMs).filter(({ date }) => !known.has(date));
    if (gaps.length === 0) return [];
    const named = gaps.slice(0, MOST_NAMED).map(({ date, ratio }) => `${date} (${ratio})`);
    const more = gaps.length > MOST_NAMED ? ` and ${gaps.length - MOST_NAMED} more` : "";
    return [
      `${symbol}: opens far from its last close, with no split known: ${named.join(", ")}${more}; ` +
        "if that was a split, give --actions FILE, or adjusted prices",
    ];
  });
}

function gapsOf(
  { length, open, close, closeTimeMs }: LoadedFeed["feed"]["columns"],
  fromMs: number,
) {
  const gaps: { readonly date: string; readonly ratio: string }[] = [];
  for (let i = 1; i < length; i += 1) {
    if ((closeTimeMs[i] ?? 0) < fromMs) continue;
    const ratio = (open[i] ?? 0) / (close[i - 1] ?? 0);
    if (ratio < LOW || ratio > HIGH) {
      gaps.push({ date: newYorkDate(closeTimeMs[i] ?? 0), ratio: `×${ratio.toFixed(2)}` });
    }
  }
  return gaps;
}
