import * as z from "zod";
import { statisticsSchema } from "../analysis/statistics.ts";
import { orderRequest, orderStatus } from "../domain/order.ts";
import { decimalText, timeMs } from "../domain/schema.ts";
import { catalogue } from "../events/catalogue.ts";

/** Which code, configuration and data gave a result: equal identities give equal bytes. */
export const runIdentity = z.object({
  /** Git commit of the checkout, with `+changes` behind it when files differ from it; or null. */
  commit: z.string().nullable(),
  version: z.string(),
  /** sha256 over the resolved profiles, limits, models and costs. */
  profileHash: z.string(),
  /** sha256 over the contents of every data file read. */
  dataHash: z.string(),
  seed: z.int(),
  fidelity: z.enum(["memory", "strict"]),
});
export type RunIdentity = Readonly<z.output<typeof runIdentity>>;

const fill = z.object({
  orderId: z.string(),
  executionId: z.string(),
  timeMs,
  symbol: z.string(),
  side: z.enum(["buy", "sell"]),
  quantity: decimalText,
  price: decimalText,
  fee: decimalText,
  slippage: decimalText,
  reason: z.string(),
});

/** One order with its whole life: every event that carried it there, in order. */
const orderRecord = z.object({
  request: orderRequest,
  status: orderStatus,
  filledQuantity: decimalText,
  averagePrice: decimalText.nullable(),
  fees: decimalText,
  events: z.array(z.object({ type: z.string(), id: z.string(), timeMs, data: z.unknown() })),
});

/** A closed round trip, entry to exit, first in first out. Profit in dollars, net of fees. */
const trip = z.object({
  symbol: z.string(),
  side: z.enum(["long", "short"]),
  openTimeMs: timeMs,
  closeTimeMs: timeMs,
  quantity: z.number(),
  entryPrice: z.number(),
  exitPrice: z.number(),
  profit: z.number(),
  fees: z.number(),
  /**
   * Largest adverse and favourable excursion from the entry price, as fractions; null if unknown.
   */
  maePct: z.number().nullable(),
  mfePct: z.number().nullable(),
  bars: z.int(),
});

const equityPoint = z.object({ timeMs, equity: z.number() });

/** What one profile did. */
export const profileResult = z.object({
  name: z.string(),
  strategy: z.string(),
  description: z.string(),
  params: z.record(z.string(), z.unknown()),
  universe: z.array(z.string()),
  timeframe: z.string(),
  account: z.string(),
  fromMs: timeMs,
  toMs: timeMs,
  bars: z.int(),
  /** sha256 over the ordered list of orders with their fills. */
  orderListHash: z.string(),
  /** Account value at each session's close, dollars; the first point is the starting cash. */
  equity: z.array(equityPoint),
  orders: z.array(orderRecord),
  fills: z.array(fill),
  trips: z.array(trip),
  positions: z.array(
    z.object({
      symbol: z.string(),
      quantity: decimalText,
      averagePrice: decimalText,
      marketValue: decimalText,
      unrealised: decimalText,
    }),
  ),
  cash: decimalText,
  /** Scanner selections by day, each candidate with the reason why it was kept or dropped. */
  selections: z.array(z.object({ timeMs, data: catalogue["universe.selected.v1"] })),
  /** How often each outcome came (`hold`, `order`, `denied: max-gross-exposure` …). */
  outcomes: z.record(z.string(), z.int()),
  statistics: statisticsSchema,
  benchmark: z.object({ symbol: z.string(), equity: z.array(equityPoint) }).nullable(),
  warnings: z.array(z.string()),
});
export type ProfileResult = Readonly<z.output<typeof profileResult>>;

/** What `bellwether replay --json` writes. */
export const replayResult = z.object({
  schema: z.literal("bellwether.replay-result.v1"),
  run: runIdentity,
  models: z.object({
    fill: z.string(),
    slippage: z.string(),
    fees: z.string(),
    latency: z.string(),
    participation: z.number().nullable(),
  }),
  profiles: z.array(profileResult),
  /** All profiles as one: the sum of their equities. */
  combined: z.object({
    equity: z.array(equityPoint),
    statistics: statisticsSchema,
  }),
});
export type ReplayResult = Readonly<z.output<typeof replayResult>>;

/** What a chart needs beside the result: the bars of an instrument and the indicators over them. */
export interface Chart {
  readonly profile: string;
  readonly symbol: string;
  readonly timeMs: readonly number[];
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
  readonly volume: readonly number[];
  /** One value a bar, null while warming up; `pane` 0 lies over the price, others below it. */
  readonly indicators: readonly {
    readonly name: string;
    readonly pane: number;
    readonly values: readonly (number | null)[];
  }[];
}
