import type { Instrument } from "../../core/domain/instrument.ts";
import { fractionalEquity } from "../../core/domain/instruments.ts";
import type { BarColumns } from "../../core/domain/market.ts";
import { MINUTE_MS, newYorkTimeMs } from "../../core/domain/time.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import {
  createExchange,
  type Exchange,
  type ExchangeOptions,
} from "../../functions/exchange/exchange.ts";

/** A day with regular hours. */
export const DATE = "2024-06-03";
/** Its open, UTC ms. */
export const OPEN_MS = newYorkTimeMs(DATE, "09:30");
/** Keys that every exchange here lets in. */
export const KEYS = { "APCA-API-KEY-ID": "key", "APCA-API-SECRET-KEY": "secret" };

/** Open, high, low, close, and the volume where it is not 10 000. */
export type Row = readonly [number, number, number, number, number?];

/** A minute of one price. */
export function flat(price: number, minutes = 1): Row[] {
  return Array.from({ length: minutes }, () => [price, price, price, price] as const);
}

/** Minute bars one after the other from a time on. */
export function minutes(
  instrument: Instrument | string,
  rows: readonly Row[],
  fromMs = OPEN_MS,
): BarFeed {
  const one = typeof instrument === "string" ? fractionalEquity(instrument) : instrument;
  return { instrument: one, timeframe: "1m", columns: columnsOf(rows, fromMs, MINUTE_MS) };
}

/** Bars of a length as columns. */
export function columnsOf(rows: readonly Row[], fromMs: number, lengthMs: number): BarColumns {
  const column = (pick: (row: Row, i: number) => number) => Float64Array.from(rows, pick);
  return {
    length: rows.length,
    openTimeMs: column((_, i) => fromMs + i * lengthMs),
    closeTimeMs: column((_, i) => fromMs + (i + 1) * lengthMs),
    open: column(([open]) => open),
    high: column(([, high]) => high),
    low: column(([, , low]) => low),
    close: column(([, , , close]) => close),
    volume: column(([, , , , volume]) => volume ?? 10_000),
  };
}

/** A reply with its body read. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are what the tests look into.
  readonly body: any;
}

/** An exchange with a way to ask it. */
export interface Rig {
  readonly exchange: Exchange;
  ask(method: string, path: string, body?: unknown): Promise<Reply>;
  get(path: string): Promise<Reply>;
  post(body: Readonly<Record<string, unknown>>): Promise<Reply>;
  /** Moves the clock on by whole minutes. */
  pass(count: number): void;
}

/** An exchange of some bars, at their start. */
export function rig(feeds: readonly BarFeed[], options: Partial<ExchangeOptions> = {}): Rig {
  return rigOf(createExchange({ feeds, ...options }));
}

/** A way to ask an exchange. */
export function rigOf(exchange: Exchange): Rig {
  const ask = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const request = new Request(`http://exchange${path}`, { method, headers: KEYS, ...init });
    const response = await exchange.fetch(request);
    const text = await response.text();
    const { status, headers } = response;
    return { status, headers, body: text === "" ? null : JSON.parse(text) };
  };
  return {
    exchange,
    ask,
    get: (path) => ask("GET", path),
    post: (body) => ask("POST", "/v2/orders", body),
    pass: (count) => exchange.advanceTo(exchange.nowMs + count * MINUTE_MS),
  };
}

/** A rig one minute after the open, at a price of 100 for an hour. */
export function quietRig(options: Partial<ExchangeOptions> = {}): Rig {
  const one = rig([minutes("AAA", flat(100, 60))], options);
  one.pass(1);
  return one;
}

/** The body of a market order. */
export function market(side: "buy" | "sell", qty: number, more: object = {}) {
  return { symbol: "AAA", side, qty: String(qty), type: "market", time_in_force: "day", ...more };
}

/** The body of a limit order. */
export function limit(side: "buy" | "sell", qty: number, price: number, more: object = {}) {
  return { ...market(side, qty), type: "limit", limit_price: String(price), ...more };
}
