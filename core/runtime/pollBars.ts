import { bucketOf, isFiner, type Timeframe, timeframes } from "../domain/timeframe.ts";
import type { EventOf } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { framesHeard } from "./audience.ts";
import { Gatherer, instrumentsOf } from "./gatherer.ts";
import { ingest } from "./ingest.ts";
import type { LivePorts } from "./livePorts.ts";

type Closed = EventOf<"bars.closed.v1">;

/** Which closes are looked for: those in `(afterMs, untilMs]`. */
export interface PollQuery {
  readonly base: Timeframe;
  readonly afterMs: number;
  readonly untilMs: number;
}

/** Bars to ask for, from which all that the profiles look at is built: of minutes or of days. */
export function baseOf(profiles: readonly CompiledProfile[]): Timeframe {
  return framesHeard(profiles, timeframes).some((frame) => isFiner(frame, "1d")) ? "1m" : "1d";
}

/**
 * Fetches the bars that closed and takes them into the journal as `bars.closed`, for those who run
 * no stream. It keeps nothing between two calls: a coarse bar is built from all of its minutes at
 * its close. Fetching again tells only what was not there before. Answers how many events are new.
 */
export async function pollBars(
  ports: LivePorts,
  profiles: readonly CompiledProfile[],
  query: PollQuery,
): Promise<number> {
  const gatherer = new Gatherer(profiles, { base: query.base, graceMs: 0 });
  gatherer.goBy(profiles);
  const symbols = instrumentsOf(profiles).map(({ symbol }) => symbol);
  const bars = await ports.marketData.bars({
    symbols,
    timeframe: query.base,
    afterMs: Math.min(query.afterMs, bucketsFrom(profiles, query)),
    untilMs: query.untilMs,
  });
  for (const symbol of symbols) {
    for (const bar of bars.get(symbol) ?? []) gatherer.take(symbol, bar);
  }
  let fresh = 0;
  for (const event of gatherer.closed(query.untilMs)) {
    if (event.data.closeTimeMs <= query.afterMs) continue;
    const received = { ...event, receivedTimeMs: ports.clock.nowMs() };
    if (await ingestBars(ports, received)) fresh += 1;
  }
  return fresh;
}

/**
 * Takes a close in; where it was taken before without some of these bars, they come as a part of
 * their own. Answers whether anything was new.
 */
export async function ingestBars(ports: LivePorts, event: Closed): Promise<boolean> {
  let rest = event.data.bars;
  for (let part = 1; rest.length > 0; part += 1) {
    const id = part === 1 ? event.id : `${event.id}.${part}`;
    const data = { ...event.data, bars: rest };
    const told = await ingest(ports.store, { ...event, id, causationId: id, data });
    if (told === "taken") return true;
    const before = await ports.journal.event(id);
    if (before?.type !== "bars.closed.v1") return false;
    const known = new Set(before.data.bars.map(({ symbol }) => symbol));
    rest = rest.filter(({ symbol }) => !known.has(symbol));
  }
  return false;
}

/** Where the coarsest bar that ends in the time looked at begins. */
export function bucketsFrom(
  profiles: readonly CompiledProfile[],
  { base, untilMs }: Pick<PollQuery, "base" | "untilMs">,
): number {
  let fromMs = untilMs;
  for (const frame of framesHeard(profiles, timeframes)) {
    if (frame === base) continue;
    for (const { calendar } of profiles) {
      const bucket = bucketOf(frame, calendar, untilMs - 1, false);
      if (bucket !== null) fromMs = Math.min(fromMs, bucket.openTimeMs);
    }
  }
  return fromMs;
}
