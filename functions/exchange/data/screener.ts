import { badRequest } from "../errors.ts";
import type { PaperAccount } from "../paper.ts";
import { stampOf } from "../stamps.ts";
import { type DataKind, tapeOf } from "./rows.ts";
import { lastDays } from "./snapshots.ts";

/** What a screener looks at: one symbol's running day against the one before. */
interface Day {
  readonly symbol: string;
  readonly price: number;
  readonly before: number;
  readonly volume: number;
}

/** The largest changes since the last close. @throws Refusal (400) for a `top` that is none. */
export function moversJson(paper: PaperAccount, query: URLSearchParams, kind: DataKind): unknown {
  const top = topIn(query, 50);
  const moves = daysOf(paper, kind)
    .filter(({ before }) => before > 0)
    .map(({ symbol, price, before }) => ({
      symbol,
      percent_change: rounded((100 * (price - before)) / before),
      change: rounded(price - before),
      price,
    }));
  const ranked = (sign: number) =>
    moves
      .filter(({ change }) => change * sign > 0)
      .sort((a, b) => sign * (b.percent_change - a.percent_change) || order(a.symbol, b.symbol))
      .slice(0, top);
  return {
    gainers: ranked(1),
    losers: ranked(-1),
    market_type: kind,
    last_updated: stampOf(paper.nowMs),
  };
}

/** The largest volumes of the day; recordings count no trades, so both orders go by volume. */
export function mostActivesJson(paper: PaperAccount, query: URLSearchParams): unknown {
  const by = query.get("by") || "volume";
  if (by !== "volume" && by !== "trades") throw badRequest(`invalid by: ${by}`);
  const days = [...daysOf(paper, "stocks")].sort(
    (a, b) => b.volume - a.volume || order(a.symbol, b.symbol),
  );
  return {
    most_actives: days.slice(0, topIn(query, 100)).map(({ symbol, volume }) => ({
      symbol,
      volume: Math.round(volume),
      trade_count: volume > 0 ? 1 : 0,
    })),
    last_updated: stampOf(paper.nowMs),
  };
}

function daysOf(paper: PaperAccount, kind: DataKind): readonly Day[] {
  return [...paper.market.tapes.keys()].flatMap((symbol) => {
    const tape = tapeOf(paper, symbol, kind);
    const days = tape === undefined ? [] : lastDays(tape, paper.nowMs);
    const today = days.at(-1);
    if (tape === undefined || today === undefined) return [];
    const { lastPrice, previousClose: before } = tape;
    return [{ symbol, price: lastPrice || today.close, before, volume: today.volume }];
  });
}

function topIn(query: URLSearchParams, most: number): number {
  const text = query.get("top");
  const top = text === null || text === "" ? 10 : Number(text);
  if (Number.isInteger(top) && top >= 1 && top <= most) return top;
  throw badRequest(`invalid top: ${text} (expected 1 to ${most})`);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function order(a: string, b: string): number {
  return a < b ? -1 : 1;
}
