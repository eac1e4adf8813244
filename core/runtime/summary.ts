import { combine } from "../analysis/combine.ts";
import { barPath } from "../analysis/path.ts";
import { type PerformanceInput, type Statistics, statisticsOf } from "../analysis/statistics.ts";
import { type RoundTrip, roundTrips, type Split } from "../analysis/trips.ts";
import { decimalOf, divide, multiply, numberOf, ZERO } from "../domain/decimal.ts";
import type { BarColumns } from "../domain/market.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { endedWarnings } from "./ended.ts";
import type { EquityMark } from "./marks.ts";
import {
  averageFillPrice,
  eventRecord,
  type OrderRecord,
  orderListText,
  orderRecords,
} from "./orderRecords.ts";
import { countOutcomes } from "./outcomeCounts.ts";
import type { Recording } from "./recording.ts";
import type { Replay } from "./replay.ts";
import type { ProfileResult, ReplayResult } from "./result.ts";
import type { World } from "./world.ts";

/** A summary needs a hash and nothing else from outside. */
export type Hash = (text: string) => string;

/** The results of one world, and the numbers that they were computed from. */
export interface Summary {
  readonly profiles: readonly ProfileResult[];
  readonly inputs: readonly PerformanceInput[];
}

/** What a replay comes to, profile by profile. */
export function summarise(world: World, replay: Replay, recording: Recording, hash: Hash): Summary {
  const columns = new Map(recording.feeds.map((feed) => [feed.instrument.symbol, feed.columns]));
  const runs = world.desks
    .flatMap(({ profiles }) => profiles)
    .map((profile) => runOf(world, replay, recording, columns, profile));
  return {
    profiles: runs.map((run) => profileResultOf(run, world, hash)),
    inputs: runs.map(({ input }) => input),
  };
}

/** All profiles as if they were one: the sum of their equities. */
export function combined(inputs: readonly PerformanceInput[]): ReplayResult["combined"] {
  const periodsPerYear = Math.max(...inputs.map((input) => input.periodsPerYear));
  const all = combine(inputs.map((input) => ({ ...input, periodsPerYear })));
  return { equity: [...all.equity], statistics: statisticsOf(all) };
}

interface Run {
  readonly profile: CompiledProfile;
  readonly records: readonly OrderRecord[];
  readonly fills: readonly EventOf<"order.filled.v1">[];
  readonly trips: readonly RoundTrip[];
  readonly input: PerformanceInput;
  readonly statistics: Statistics;
  readonly bars: number;
  readonly lastPrices: ReadonlyMap<string, number>;
  readonly benchmark: readonly EquityMark[];
  /** Warnings of instruments whose recordings ended long before the others'. */
  readonly ended: readonly string[];
}

function runOf(
  world: World,
  replay: Replay,
  recording: Recording,
  columns: ReadonlyMap<string, BarColumns>,
  profile: CompiledProfile,
): Run {
  const told = world.journal.filter(
    (event) => event.type === "corporate-action.applied.v1" || profileOf(event) === profile.name,
  );
  const steps = new Map(profile.instruments.map((one) => [one.symbol, one]));
  const records = orderRecords(told, (symbol) => steps.get(symbol));
  const fills = told.filter((event) => event.type === "order.filled.v1");
  const splits = recording.actions.flatMap(({ symbol, kind, timeMs, value }): Split[] =>
    kind === "split" ? [{ symbol, timeMs, ratio: numberOf(value) }] : [],
  );
  const trips = roundTrips(fills.map(plainFill), { path: barPath(columns), splits });
  const equity = replay.marks.equity.get(profile.name) ?? [];
  const benchmark = replay.marks.benchmark.get(profile.name) ?? [];
  const input: PerformanceInput = {
    equity,
    trips,
    exposure: replay.marks.exposure.get(profile.name) ?? [],
    tradedNotional: total(fills, ({ data }) => multiply(data.quantity, data.price)),
    fees: total(fills, ({ data }) => data.fee),
    slippage: total(fills, ({ data }) => data.slippage),
    ...(benchmark.every((close) => close > 0) ? { benchmark } : {}),
    periodsPerYear: periodsPerYearOf(equity, profile),
  };
  const symbols = profile.instruments.map(({ symbol }) => symbol);
  return {
    profile,
    records,
    fills,
    trips,
    input,
    statistics: statisticsOf(input),
    bars: symbols.reduce((sum, symbol) => sum + (columns.get(symbol)?.length ?? 0), 0),
    lastPrices: new Map(symbols.map((symbol) => [symbol, columns.get(symbol)?.close.at(-1) ?? 0])),
    benchmark: grown(equity, benchmark),
    ended: endedWarnings(profile, columns, recording.toMs),
  };
}

function profileResultOf(run: Run, world: World, hash: Hash): ProfileResult {
  const { profile, records, fills, statistics, input } = run;
  const ledger = world.ledger(profile);
  const reasons = new Map(records.map(({ order: { request } }) => [request.id, request.reason]));
  return {
    name: profile.name,
    strategy: profile.strategy.name,
    description: profile.description || profile.strategy.description,
    params: { ...profile.params },
    universe: profile.instruments.map(({ symbol }) => symbol),
    timeframe: profile.timeframe,
    account: profile.account.name,
    fromMs: input.equity[0]?.timeMs ?? 0,
    toMs: input.equity.at(-1)?.timeMs ?? 0,
    bars: run.bars,
    orderListHash: hash(orderListText(records)),
    equity: [...input.equity],
    orders: records.map(({ order, events }) => ({
      request: order.request,
      status: order.status,
      filledQuantity: order.filledQuantity,
      averagePrice: averageFillPrice(order),
      fees: order.fees,
      events: events.map(eventRecord),
    })),
    fills: fills.map((fill) => fillRecord(fill, reasons.get(fill.data.orderId) ?? "")),
    trips: [...run.trips],
    positions: Object.values(ledger.positions).map((position) => {
      const marketValue = multiply(
        position.quantity,
        decimalOf(run.lastPrices.get(position.symbol) ?? 0),
      );
      return {
        symbol: position.symbol,
        quantity: position.quantity,
        averagePrice: position.quantity === ZERO ? ZERO : divide(position.cost, position.quantity),
        marketValue,
        unrealised: marketValue - position.cost,
      };
    }),
    cash: ledger.cash,
    selections: world.journal.flatMap((event) =>
      event.type === "universe.selected.v1" && event.data.profile === profile.name
        ? [{ timeMs: event.eventTimeMs, data: event.data }]
        : [],
    ),
    outcomes: countOutcomes(world.journal, profile.name),
    statistics,
    benchmark: { symbol: profile.benchmark, equity: [...run.benchmark] },
    warnings: [...warningsOf(world, profile), ...run.ended],
  };
}

function warningsOf(world: World, profile: CompiledProfile): string[] {
  const warnings: string[] = [];
  const { halted } = world.profile(profile.name);
  if (halted !== null) warnings.push(`halted: ${halted}`);
  if (profile.instruments.some(({ assetClass }) => assetClass === "index")) {
    warnings.push("an index cannot be bought: this result is research, not a track record");
  }
  return warnings;
}

function fillRecord(fill: EventOf<"order.filled.v1">, reason: string) {
  const { orderId, executionId, symbol, side, quantity, price, fee, slippage } = fill.data;
  return {
    orderId,
    executionId,
    timeMs: fill.eventTimeMs,
    symbol,
    side,
    quantity,
    price,
    fee,
    slippage,
    reason,
  };
}

function plainFill({ data, eventTimeMs }: EventOf<"order.filled.v1">) {
  const { profile, symbol, side } = data;
  const quantity = numberOf(data.quantity);
  const price = numberOf(data.price);
  return { profile, symbol, side, quantity, price, fee: numberOf(data.fee), timeMs: eventTimeMs };
}

function profileOf(event: DomainEvent): string | null {
  return "profile" in event.data ? event.data.profile : null;
}

function total<T>(items: readonly T[], value: (item: T) => bigint): number {
  return numberOf(items.reduce((sum, item) => sum + value(item), ZERO));
}

/** What the starting cash would have become in the benchmark. */
function grown(equity: readonly EquityMark[], closes: readonly number[]): readonly EquityMark[] {
  const first = closes[0] ?? 0;
  const start = equity[0]?.equity ?? 0;
  if (first <= 0) return [];
  return equity.map(({ timeMs }, i) => ({
    timeMs,
    equity: (start * (closes[i] ?? first)) / first,
  }));
}

const DAY_MS = 86_400_000;

/** Points a year, told from their usual distance: sessions, every day, weeks or months. */
function periodsPerYearOf(equity: readonly EquityMark[], profile: CompiledProfile): number {
  const gaps = equity.slice(1).map(({ timeMs }, i) => timeMs - (equity[i]?.timeMs ?? timeMs));
  const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? DAY_MS;
  if (median > 20 * DAY_MS) return 12;
  if (median > 4 * DAY_MS) return 52;
  return profile.calendar.id === "always-open" ? 365 : 252;
}
