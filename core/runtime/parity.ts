import { InputError } from "../domain/errors.ts";
import type { Bar } from "../domain/market.ts";
import { isFiner, parseTimeframe } from "../domain/timeframe.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { tradersOf } from "../strategy/shadowed.ts";
import { barData } from "./feeds.ts";
import { closedEvent, Gatherer, instrumentsOf } from "./gatherer.ts";
import { orderDifferences, PARITY_DEFAULTS, type ParityDifference } from "./parityOrders.ts";
import { baseOf } from "./pollBars.ts";
import { type Difference, rerun } from "./rerun.ts";
import type { SymbolBar } from "./shadowVenue.ts";

type Closed = EventOf<"bars.closed.v1">;

/** Bars by symbol as the venue has them now, in the base time frame, oldest first. */
export type OfficialBars = ReadonlyMap<string, readonly Bar[]>;

/** A day of live trading held against a replay of it. */
export interface Parity {
  /** Decisions that were made again. */
  readonly decisions: number;
  /** Orders that were sent to the replay's venue as well. */
  readonly orders: number;
  readonly differences: readonly ParityDifference[];
}

/**
 * Holds a recorded day against its replay with today's code, and names the kind of a difference:
 *
 * - `code`: on the very events that were recorded, today's code decides otherwise.
 * - `data`: it does on the bars as the venue has them now, and not on those that came live.
 * - `latency`: a replay's venue fills the order otherwise when it is sent as late as it was; or it
 *   came so late that it was not sent, or its job was not run.
 * - `fill`: a replay's venue, sent the same order at the same time, fills another quantity, or at a
 *   price that is further away than the tolerance.
 * - `halt`: a switch or the venue kept live from what a replay does.
 *
 * Each is measured from what was recorded before it, so one does not make others. Without
 * `official` bars nothing can be said of data, and fills are matched with the recorded bars.
 * @throws InputError where the day does not start with snapshots of its profiles.
 */
export function parityOf(
  profiles: readonly CompiledProfile[],
  day: readonly DomainEvent[],
  official: OfficialBars | null,
  toleranceBps: number = PARITY_DEFAULTS.toleranceBps,
): Parity {
  const own = recordedProfiles(profiles, day);
  const alike = rerun(own, day);
  const code = alike.differences.map((one) => decided("code", one));
  const known = new Set(alike.differences.map(keyOf));
  const data =
    official === null
      ? []
      : rerun(own, withBars(own, day, official))
          .differences.filter((one) => !known.has(keyOf(one)))
          .map((one) => decided("data", one));
  const bars = official === null ? recordedBars(day) : sorted(official);
  const sent = orderDifferences(instrumentsOf(own), day, bars, toleranceBps);
  return {
    decisions: alike.decisions,
    orders: sent.orders,
    differences: [...code, ...data, ...sent.differences],
  };
}

/**
 * Profiles that the day has snapshots of. Shadows are left out: they sent nothing, and are held
 * against the profile that they shadow instead.
 * @throws InputError for one that is not among those given, and for a day without any.
 */
export function recordedProfiles(
  profiles: readonly CompiledProfile[],
  day: readonly DomainEvent[],
): readonly CompiledProfile[] {
  const names = new Set(
    day.flatMap((event) =>
      event.type === "snapshot.taken.v1" && event.data.kind === "profile" ? [event.data.name] : [],
    ),
  );
  if (names.size === 0) {
    throw new InputError("expected a day that starts with snapshots of its profiles, found none");
  }
  const missing = [...names].filter((name) => !profiles.some((one) => one.name === name));
  if (missing.length === 0) return tradersOf(profiles).filter(({ name }) => names.has(name));
  throw new InputError(`expected the profiles ${missing.join(", ")} in this checkout, found none`);
}

function decided(kind: "code" | "data", one: Difference): ParityDifference {
  const { cause, profile, recorded, decided: today, changes } = one;
  const live = recorded.join(", ") || "nothing";
  const replay = changes.length > 0 ? changes.join("; ") : today.join(", ") || "nothing";
  return { kind, profile, cause, orderId: null, live, replay };
}

function keyOf({ cause, profile }: Difference): string {
  return `${cause} ${profile}`;
}

function sorted(official: OfficialBars): readonly SymbolBar[] {
  return [...official]
    .flatMap(([symbol, bars]) => bars.map((bar) => ({ symbol, bar })))
    .sort((a, b) => a.bar.closeTimeMs - b.bar.closeTimeMs);
}

/** The finest bars that the day recorded of each instrument. */
function recordedBars(day: readonly DomainEvent[]): readonly SymbolBar[] {
  const closes = day.filter((event) => event.type === "bars.closed.v1");
  const frames = [...new Set(closes.map(({ data }) => parseTimeframe(data.timeframe)))];
  const [finest] = frames.sort((a, b) => (isFiner(a, b) ? -1 : 1));
  return closes
    .filter(({ data }) => data.timeframe === finest)
    .flatMap(({ data }) => data.bars.map((bar) => ({ symbol: bar.symbol, bar })))
    .sort((a, b) => a.bar.closeTimeMs - b.bar.closeTimeMs);
}

/**
 * The day with the official bars in the place of those that came: values change, and what never
 * came is told at its close, by an id that no live event has.
 */
function withBars(
  profiles: readonly CompiledProfile[],
  day: readonly DomainEvent[],
  official: OfficialBars,
): readonly DomainEvent[] {
  const gatherer = new Gatherer(profiles, { base: baseOf(profiles), graceMs: 0 });
  for (const { symbol, bar } of sorted(official)) gatherer.take(symbol, bar);
  const truth = new Map<string, Closed>();
  const lastMs = day.at(-1)?.receivedTimeMs ?? 0;
  for (const event of gatherer.closed(lastMs)) truth.set(event.id, event);
  const came = symbolsThatCame(day);
  const missing = [...truth.values()].flatMap((event) => missedOf(event, came));
  const whole: DomainEvent[] = [];
  let told = 0;
  for (const event of day) {
    if (event.type !== "bars.closed.v1") {
      whole.push(event);
      continue;
    }
    for (let next = missing[told]; next !== undefined; next = missing[told]) {
      if (next.data.closeTimeMs >= event.data.closeTimeMs) break;
      // What closed before the first snapshots is in them.
      if (next.data.closeTimeMs > (day[0]?.receivedTimeMs ?? 0)) whole.push(next);
      told += 1;
    }
    whole.push(corrected(event, truth));
  }
  return whole;
}

function symbolsThatCame(day: readonly DomainEvent[]): ReadonlySet<string> {
  return new Set(
    day.flatMap((event) =>
      event.type === "bars.closed.v1"
        ? event.data.bars.map(({ symbol }) => placeOf(event, symbol))
        : [],
    ),
  );
}

function placeOf({ data }: Closed, symbol: string): string {
  return `${data.timeframe} ${data.closeTimeMs} ${symbol}`;
}

function missedOf(event: Closed, came: ReadonlySet<string>): readonly Closed[] {
  const { bars, closeTimeMs, timeframe } = event.data;
  const missed = bars.filter(({ symbol }) => !came.has(placeOf(event, symbol)));
  if (missed.length === 0) return [];
  return [closedEvent(parseTimeframe(timeframe), closeTimeMs, missed, NEVER_CAME)];
}

/** A part of a close that no live event is: late bars are numbered from 2 on. */
const NEVER_CAME = 1_000;

function corrected(event: Closed, truth: ReadonlyMap<string, Closed>): Closed {
  const { timeframe, closeTimeMs } = event.data;
  const official = truth.get(`${timeframe}.${closeTimeMs}`);
  if (official === undefined) return event;
  const bySymbol = new Map(official.data.bars.map((bar) => [bar.symbol, bar]));
  const bars = event.data.bars.map((bar) => barData(bar.symbol, bySymbol.get(bar.symbol) ?? bar));
  return { ...event, data: { ...event.data, bars } };
}
