import { type Statistics, statisticsOf } from "../../core/analysis/statistics.ts";
import { type Decimal, decimalOf, numberOf, ZERO } from "../../core/domain/decimal.ts";
import type { Chart, ProfileResult, ReplayResult } from "../../core/runtime/result.ts";

/** How large a sample is and what text stands in it. */
export interface SampleOptions {
  readonly profiles?: number;
  readonly days?: number;
  /** Placed wherever a user's text may stand. */
  readonly text?: string;
}

const DAY_MS = 86_400_000;
/** 2021-01-04, 16:00 in New York. */
const START_MS = Date.UTC(2021, 0, 4, 21);

type Order = ProfileResult["orders"][number];
type Request = Order["request"];

/** A result as a replay would give it: one random walk a profile, in and out every few days. */
export function sampleResult(options: SampleOptions = {}): ReplayResult {
  const { profiles: many = 3, days = 760, text } = options;
  const profiles = Array.from({ length: many }, (_, index) => profile(index, days, text));
  const times = profiles[0]?.equity.map(({ timeMs }) => timeMs) ?? [];
  const equity = times.map((timeMs, at) => ({
    timeMs,
    equity: profiles.reduce((sum, each) => sum + (each.equity[at]?.equity ?? 0), 0),
  }));
  return {
    schema: "bellwether.replay-result.v1",
    run: {
      commit: text ?? "4f2c9d1a7be03c55+changes",
      version: "0.1.0",
      profileHash: hash(1),
      dataHash: hash(2),
      seed: 7,
      fidelity: "memory",
    },
    models: {
      fill: text ?? "next-bar-open",
      slippage: "half-spread 2 bps",
      fees: "alpaca-2024",
      latency: "250 ms",
      participation: 0.1,
    },
    profiles,
    combined: { equity, statistics: statisticsFor(equity) },
  };
}

/** The bars behind a sample's first instrument, with two averages over it and one pane below. */
export function sampleCharts(result: ReplayResult, bars = 760): readonly Chart[] {
  return result.profiles.flatMap(({ name, universe }, index) =>
    universe.slice(0, 2).map((symbol) => {
      const close = walk(index + 1, bars);
      const open = close.map((value, at) => close[at - 1] ?? value);
      const averages = [10, 40].map((length) => ({
        name: `ema(${length})`,
        pane: 0,
        values: close.map((_, at) => (at < length ? null : mean(close.slice(at - length, at)))),
      }));
      return {
        profile: name,
        symbol,
        timeMs: close.map((_, at) => START_MS + at * DAY_MS),
        open,
        high: close.map((value, at) => Math.max(value, open[at] ?? value) * 1.006),
        low: close.map((value, at) => Math.min(value, open[at] ?? value) * 0.994),
        close,
        volume: close.map((_, at) => 1e6 + ((at * 7919) % 400_000)),
        indicators: [
          ...averages,
          { name: "rsi(14)", pane: 1, values: close.map((_, at) => 50 + 25 * Math.sin(at / 9)) },
        ],
      };
    }),
  );
}

function profile(index: number, days: number, text: string | undefined): ProfileResult {
  const name = text ?? ["ema-cross", "turtle-breakout", "monthly-momentum"][index] ?? `p-${index}`;
  const universe = text === undefined ? ["SPY", "QQQ", "IWM"] : [text, "SPY"];
  const close = walk(index + 1, days);
  const equity = walk(index + 11, days).map((value, at) => ({
    timeMs: START_MS + at * DAY_MS,
    equity: value * 1000,
  }));
  const symbol = universe[0] ?? "SPY";
  const orders = close.flatMap((value, at) =>
    at % 6 === 3 ? [order(name, symbol, at, value, text)] : [],
  );
  const fills = orders.flatMap(({ request, status, averagePrice, filledQuantity, fees }) =>
    status === "filled" && averagePrice !== null
      ? [
          {
            orderId: request.id,
            executionId: `${request.id}-1`,
            timeMs: request.decidedTimeMs + DAY_MS,
            symbol,
            side: request.side,
            quantity: filledQuantity,
            price: averagePrice,
            fee: fees,
            slippage: decimalOf(0.42),
            reason: request.reason,
          },
        ]
      : [],
  );
  return {
    name,
    strategy: text ?? "ema-cross",
    description: text ?? "Long while the fast average is above the slow one.",
    params: { fast: 12, slow: 26, stopAtr: 2, note: text ?? null, [text ?? "mode"]: "long-only" },
    universe,
    timeframe: "1d",
    account: text ?? name,
    fromMs: START_MS,
    toMs: START_MS + (days - 1) * DAY_MS,
    bars: days * 3,
    orderListHash: hash(index + 3),
    equity,
    orders,
    fills,
    trips: tripsOf(fills),
    positions: [
      {
        symbol,
        quantity: decimalOf(12.5),
        averagePrice: decimalOf(101.25),
        marketValue: decimalOf(1290),
        unrealised: decimalOf(24.375),
      },
    ],
    cash: decimalOf(98_710.12),
    selections: selectionsOf(name, days, text),
    outcomes: { hold: days - 40, order: orders.length, [text ?? "denied: max-position"]: 9 },
    statistics: { ...statisticsFor(equity), [text ?? "brandNewFigure"]: 1.5 },
    benchmark: {
      symbol: text ?? "SPY",
      equity: walk(99, days).map((value, at) => ({
        timeMs: START_MS + at * DAY_MS,
        equity: value * 1000,
      })),
    },
    warnings: index === 0 ? [text ?? "3 bars of IWM are missing on 2021-06-18."] : [],
  };
}

function order(profile: string, symbol: string, at: number, close: number, text?: string): Order {
  const denied = at % 90 === 27;
  const request: Request = {
    id: hash(at + 1000).slice(0, 32),
    intentId: hash(at + 2000).slice(0, 32),
    profile,
    account: profile,
    symbol,
    side: at % 12 === 3 ? "buy" : "sell",
    type: "market",
    timeInForce: "day",
    quantity: decimalOf(100),
    notional: null,
    limitPrice: null,
    stopPrice: null,
    trailPrice: null,
    trailPercent: null,
    expiresAtMs: null,
    extendedHours: false,
    role: at % 12 === 3 ? "entry" : "exit",
    parentId: null,
    ocoGroup: null,
    replaces: null,
    reason: text ?? (at % 12 === 3 ? "fast EMA crossed above slow" : "fast EMA crossed below slow"),
    decidedTimeMs: START_MS + at * DAY_MS,
    referencePrice: decimalOf(close),
  };
  const paid: Decimal | null = denied ? null : decimalOf(Math.round(close * 1.0004 * 100) / 100);
  return {
    request,
    status: denied ? "denied" : "filled",
    filledQuantity: denied ? ZERO : decimalOf(100),
    averagePrice: paid,
    fees: denied ? ZERO : decimalOf(0.35),
    events: eventsOf(request, paid, text),
  };
}

function eventsOf(request: Request, paid: Decimal | null, text = "within bounds"): Order["events"] {
  const ids = { account: request.account, profile: request.profile, orderId: request.id };
  const checks = [
    { limit: "max-position", value: "0.1012", bound: "0.2500", passed: true },
    { limit: "max-gross-exposure", value: "1.31", bound: "1.00", passed: paid !== null },
  ];
  const facts: readonly (readonly [string, object])[] =
    paid === null
      ? [
          ["order.requested.v1", { ...ids, request }],
          ["order.denied.v1", { ...ids, limit: "max-gross-exposure", reason: text, checks }],
        ]
      : [
          ["order.requested.v1", { ...ids, request }],
          ["order.approved.v1", { ...ids, checks }],
          ["order.submitted.v1", { ...ids, attempt: 1 }],
          ["order.accepted.v1", { ...ids, venueOrderId: text, held: false }],
          [
            "order.filled.v1",
            {
              ...ids,
              executionId: `${request.id}-1`,
              quantity: decimalOf(100),
              price: paid,
              fee: decimalOf(0.35),
              slippage: decimalOf(0.42),
              liquidity: "taker",
              complete: true,
            },
          ],
        ];
  return facts.map(([type, data], at) => ({
    type,
    id: `${request.id.slice(0, 12)}-${at}`,
    timeMs: request.decidedTimeMs + (type === "order.filled.v1" ? DAY_MS : at * 250),
    data,
  }));
}

function tripsOf(fills: ProfileResult["fills"]): ProfileResult["trips"] {
  return fills.slice(1).map((exit, at) => {
    const entry = fills[at] ?? exit;
    const [entryPrice, exitPrice] = [numberOf(entry.price), numberOf(exit.price)];
    const side = entry.side === "buy" ? ("long" as const) : ("short" as const);
    return {
      symbol: exit.symbol,
      side,
      openTimeMs: entry.timeMs,
      closeTimeMs: exit.timeMs,
      quantity: 100,
      entryPrice,
      exitPrice,
      profit: (exitPrice - entryPrice) * 100 * (side === "long" ? 1 : -1) - 0.7,
      fees: 0.7,
      maePct: at % 5 === 0 ? null : -0.012,
      mfePct: 0.021,
      bars: 6,
    };
  });
}

function selectionsOf(profile: string, days: number, text = "score below the 20th best") {
  return Array.from({ length: Math.floor(days / 30) }, (_, month) => ({
    timeMs: START_MS + month * 30 * DAY_MS,
    data: {
      scanner: "momentum-12-1",
      profile,
      selected: ["SPY", "QQQ"],
      candidates: ["SPY", "QQQ", "IWM", "DIA", "EFA"].map((symbol, at) => ({
        symbol,
        kept: at < 2,
        rank: at < 4 ? at + 1 : null,
        score: at < 4 ? 0.31 - at * 0.07 : null,
        reason: at < 2 ? `rank ${at + 1} of 4` : text,
      })),
    },
  }));
}

/** As a replay would count them, so far as a walk without a benchmark goes. */
function statisticsFor(equity: ProfileResult["equity"], fees = 0): Statistics {
  const input = { equity, trips: [], tradedNotional: 0, fees, slippage: 0, periodsPerYear: 252 };
  return statisticsOf(input);
}

function walk(seed: number, length: number): number[] {
  let state = seed * 2_654_435_761;
  let value = 100;
  return Array.from({ length }, () => {
    state = (Math.imul(state | 0, 1_664_525) + 1_013_904_223) >>> 0;
    value *= 1 + (state / 2 ** 32 - 0.48) * 0.03;
    return Math.round(value * 100) / 100;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function hash(seed: number): string {
  return Array.from({ length: 8 }, (_, at) =>
    (Math.imul(seed + at * 31, 2_654_435_761) >>> 0).toString(16).padStart(8, "0"),
  ).join("");
}
