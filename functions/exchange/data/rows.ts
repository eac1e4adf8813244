import { DAY_MS, dayNumber, epochMs, isDate, newYorkTimeMs } from "../../../core/domain/time.ts";
import { badRequest, Refusal } from "../errors.ts";
import type { PaperAccount } from "../paper.ts";
import { listIn } from "../query.ts";
import { newYorkMidnight } from "../stamps.ts";
import type { Tape } from "../tape.ts";

/** Shares and crypto have their own endpoints, fields and midnights. */
export type DataKind = "stocks" | "crypto";

/** A span of time, both ends included, and until when what closed in it is shown, UTC ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly knownMs: number;
}

/** Data points of one symbol, ascending. */
export interface Points {
  readonly length: number;
  at(row: number): unknown;
}

/** The span that a request is about: by default from the start of the day until now. */
export function spanIn(query: URLSearchParams, kind: DataKind, nowMs: number): Span {
  const fromMs = timeIn(query, "start", kind, 0) ?? dayStart(kind, nowMs);
  // A date as the end is meant with its whole day.
  const toMs = timeIn(query, "end", kind, DAY_MS - 1) ?? nowMs;
  if (query.has("start") && query.has("end") && toMs < fromMs) {
    throw badRequest("end should not be before start");
  }
  return { fromMs, toMs: Math.min(toMs, nowMs), knownMs: nowMs };
}

function dayStart(kind: DataKind, nowMs: number): number {
  return kind === "crypto" ? Math.floor(nowMs / DAY_MS) * DAY_MS : newYorkMidnight(nowMs);
}

function timeIn(
  query: URLSearchParams,
  name: string,
  kind: DataKind,
  intoDayMs: number,
): number | null {
  const text = query.get(name);
  if (text === null || text === "") return null;
  try {
    if (!isDate(text))
      return epochMs(text.replace(" ", "+").replace(/(T\d\d:\d\d)(Z|[+-])/, "$1:00$2"));
    const midnight = kind === "crypto" ? dayNumber(text) * DAY_MS : newYorkTimeMs(text, "00:00");
    return midnight + intoDayMs;
  } catch {
    throw badRequest(`invalid ${name}: ${text}`);
  }
}

/** The symbols of a request, each once, sorted: pages go by them. */
export function symbolsIn(query: URLSearchParams, kind: DataKind): readonly string[] {
  const symbols = listIn(query, "symbols");
  if (symbols === null) throw badRequest("symbols is required");
  for (const symbol of symbols) checkSymbol(symbol, kind);
  return [...new Set(symbols)].sort();
}

/** @throws Refusal (400) for a symbol that can't be of its kind. */
export function checkSymbol(symbol: string, kind: DataKind): void {
  if (kind === "stocks" && !/^[A-Z0-9.]{1,12}$/.test(symbol)) {
    throw badRequest(`invalid symbol: ${symbol}`);
  }
  if (kind === "crypto" && !/^[A-Z0-9]+\/[A-Z]+$/.test(symbol)) {
    throw badRequest(`invalid symbol: ${symbol} does not match ^[A-Z]+x?/[A-Z]+$`);
  }
}

/** The tape of a symbol, where it is of this kind. */
export function tapeOf({ market }: PaperAccount, symbol: string, kind: DataKind): Tape | undefined {
  const tape = market.tapes.get(symbol);
  if (tape === undefined) return undefined;
  return (tape.instrument.assetClass === "crypto") === (kind === "crypto") ? tape : undefined;
}

const FEEDS = ["sip", "iex", "otc", "boats"];
const LATEST_FEEDS = [...FEEDS, "delayed_sip", "overnight"];
const RECENT_MS = 15 * 60_000;

/** Refuses feeds that there are not, and recent SIP data where the subscription has none. */
export function checkFeed(
  { settings, nowMs }: PaperAccount,
  query: URLSearchParams,
  toMs: number | "latest",
): void {
  const feed = query.get("feed") || (settings.subscription === "plus" ? "sip" : "iex");
  const known = toMs === "latest" ? LATEST_FEEDS : FEEDS;
  if (!known.includes(feed)) throw badRequest(`invalid feed: ${feed}`);
  const isRecent = toMs === "latest" || toMs > nowMs - RECENT_MS;
  if (settings.subscription === "plus" || feed !== "sip" || !isRecent) return;
  throw sipRefused;
}

const sipRefused = new Refusal(
  403,
  42210000,
  "subscription does not permit querying recent SIP data",
);
