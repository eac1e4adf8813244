import { textOf } from "../domain/decimal.ts";
import { InputError } from "../domain/errors.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { BarColumns } from "../domain/market.ts";
import type { OrderRequest } from "../domain/order.ts";
import { isFiner, parseTimeframe, type Timeframe } from "../domain/timeframe.ts";
import type { DomainEvent, EventData } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import type { Recording } from "./recording.ts";
import type { ProfileResult } from "./result.ts";

/** One moment at which two profiles decided otherwise. */
export interface ShadowDifference {
  readonly timeMs: number;
  readonly symbol: string;
  /** What either asked for, in words; `nothing` where it was quiet. */
  readonly incumbent: string;
  readonly candidate: string;
}

/** What one side came to on the triggers that both saw. */
export interface ShadowSide {
  readonly profile: string;
  readonly orders: number;
  readonly fills: number;
  /** Dollars, and as a fraction of what it started with; null where nothing can be said. */
  readonly profit: number;
  readonly totalReturn: number | null;
}

/** A candidate beside the profile whose place it would take. */
export interface Shadowing {
  /** Moments at which either asked for something, and those at which both asked for the same. */
  readonly moments: number;
  readonly alike: number;
  readonly differences: readonly ShadowDifference[];
  readonly incumbent: ShadowSide;
  readonly candidate: ShadowSide;
}

/**
 * The triggers that a live profile saw, as a recording for a profile that shadows it: the finest
 * bars of the journal, and the profile's own signals by the other's name. Schedules follow from the
 * shadow's own rules. Nothing that comes of it has a way to a venue.
 * @throws InputError where the journal has no bars of an instrument that the shadow looks at.
 */
export function triggersFor(
  shadow: CompiledProfile,
  of: string,
  events: readonly DomainEvent[],
  fromMs: number,
): Recording {
  const timeframe = finestOf(events);
  const feeds = shadow.instruments.map((instrument) => {
    return { instrument, timeframe, columns: columnsOf(instrument, timeframe, events) };
  });
  const signals = events
    .filter((event) => event.type === "signal.received.v1")
    .filter(({ data }) => data.profile === of)
    .map((event) => ({ ...event, data: { ...event.data, profile: shadow.name } }))
    .sort((a, b) => a.receivedTimeMs - b.receivedTimeMs);
  const toMs = Number.POSITIVE_INFINITY;
  return { feeds, signals, ticks: [], actions: [], financing: null, fromMs, toMs };
}

/** Holds what a candidate did on some triggers against what the profile that runs did on them. */
export function compareShadow(incumbent: ProfileResult, candidate: ProfileResult): Shadowing {
  const [ours, theirs] = [wishesOf(incumbent), wishesOf(candidate)];
  const moments = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  const differences = moments.flatMap((moment): readonly ShadowDifference[] => {
    const [own, other] = [ours.get(moment), theirs.get(moment)];
    if (own?.text === other?.text) return [];
    const { timeMs = 0, symbol = "" } = own ?? other ?? {};
    return [{ timeMs, symbol, incumbent: own?.text ?? NOTHING, candidate: other?.text ?? NOTHING }];
  });
  return {
    moments: moments.length,
    alike: moments.length - differences.length,
    differences: differences.sort((a, b) => a.timeMs - b.timeMs),
    incumbent: sideOf(incumbent),
    candidate: sideOf(candidate),
  };
}

const NOTHING = "nothing";

interface Wish {
  readonly timeMs: number;
  readonly symbol: string;
  readonly text: string;
}

/** What a profile asked for, by moment and instrument; legs go with the entry that they hang on. */
function wishesOf({ orders }: ProfileResult): ReadonlyMap<string, Wish> {
  const found = new Map<string, Wish>();
  for (const { request } of orders) {
    const { decidedTimeMs: timeMs, symbol, parentId } = request;
    if (parentId !== null) continue;
    const moment = `${timeMs} ${symbol}`;
    const before = found.get(moment);
    const text = before === undefined ? wordsOf(request) : `${before.text}, ${wordsOf(request)}`;
    found.set(moment, { timeMs, symbol, text });
  }
  return found;
}

function wordsOf({ side, quantity, notional, type, role }: OrderRequest): string {
  const size = quantity !== null ? textOf(quantity) : `$${textOf(notional ?? 0n)}`;
  return `${side} ${size} ${type} (${role})`;
}

function sideOf({ name, orders, fills, equity, statistics }: ProfileResult): ShadowSide {
  const profit = (equity.at(-1)?.equity ?? 0) - (equity[0]?.equity ?? 0);
  const { totalReturn } = statistics;
  return { profile: name, orders: orders.length, fills: fills.length, profit, totalReturn };
}

function finestOf(events: readonly DomainEvent[]): Timeframe {
  const frames = events.flatMap((event) =>
    event.type === "bars.closed.v1" ? [parseTimeframe(event.data.timeframe)] : [],
  );
  const [finest] = [...new Set(frames)].sort((a, b) => (isFiner(a, b) ? -1 : 1));
  if (finest === undefined) throw new InputError("expected a journal with bars, found none");
  return finest;
}

function columnsOf(
  { symbol }: Instrument,
  timeframe: Timeframe,
  events: readonly DomainEvent[],
): BarColumns {
  type Row = EventData<"bars.closed.v1">["bars"][number];
  const rows = new Map<number, Row>();
  for (const event of events) {
    if (event.type !== "bars.closed.v1" || event.data.timeframe !== timeframe) continue;
    for (const bar of event.data.bars) if (bar.symbol === symbol) rows.set(bar.closeTimeMs, bar);
  }
  if (rows.size === 0) {
    throw new InputError(`expected bars of ${symbol} in the journal, as a shadow looks at it`);
  }
  const sorted = [...rows.values()].sort((a, b) => a.closeTimeMs - b.closeTimeMs);
  const column = (of: (row: Row) => number) => Float64Array.from(sorted, of);
  return {
    length: sorted.length,
    openTimeMs: column((one) => one.openTimeMs),
    closeTimeMs: column((one) => one.closeTimeMs),
    open: column((one) => one.open),
    high: column((one) => one.high),
    low: column((one) => one.low),
    close: column((one) => one.close),
    volume: column((one) => one.volume),
  };
}
