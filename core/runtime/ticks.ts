import type { Instrument } from "../domain/instrument.ts";
import type { QuoteColumns, TradeColumns } from "../domain/market.ts";
import type { EventOf } from "../events/catalogue.ts";
import type { Awaitable } from "../ports/venue.ts";
import type { Market } from "../simulation/config.ts";
import { alongside } from "./awaiting.ts";
import type { Desk, World } from "./world.ts";

/** Recorded quotes of one instrument. */
export interface QuoteFeed {
  readonly kind: "quotes";
  readonly instrument: Instrument;
  readonly columns: QuoteColumns;
}

/** Recorded prints of one instrument. */
export interface TradeFeed {
  readonly kind: "trades";
  readonly instrument: Instrument;
  readonly columns: TradeColumns;
}

/** Recorded ticks of one instrument. */
export type TickFeed = QuoteFeed | TradeFeed;

type TickEvent = EventOf<"quote.received.v1"> | EventOf<"trade.received.v1">;

const NEVER = Number.POSITIVE_INFINITY;

/** One feed of ticks on its way through its columns. */
export class TickTrack {
  readonly feed: TickFeed;
  private readonly world: World;
  private readonly stalls: readonly { readonly desk: Desk; readonly market: Market }[];
  private readonly listeners: readonly string[];
  private row = 0;
  /** Time of the next tick; Infinity past the end. */
  nextMs: number;

  constructor(world: World, feed: TickFeed) {
    const { symbol } = feed.instrument;
    this.world = world;
    this.feed = feed;
    const desks = world.desks.filter(({ profiles }) =>
      profiles.some(({ universe }) => universe.has(symbol)),
    );
    this.stalls = desks.map((desk) => ({ desk, market: desk.venue.market(feed.instrument) }));
    this.listeners = desks
      .flatMap(({ profiles }) => profiles)
      .filter(({ universe }) => universe.has(symbol))
      .filter(({ strategy }) => (feed.kind === "quotes" ? strategy.onQuote : strategy.onTrade))
      .map(({ name }) => name);
    this.nextMs = feed.columns.eventTimeMs[0] ?? NEVER;
  }

  /** Plays every tick of an instant, first to the venues, then to the profiles that listen. */
  play(timeMs: number): Awaitable<void> {
    let pending: Promise<void> | undefined;
    while (this.nextMs === timeMs) {
      for (const { desk, market } of this.stalls) {
        const reports = this.match(desk, market);
        if (reports.length === 0) continue;
        pending = alongside(pending, this.world.report(desk.account, reports, timeMs));
      }
      if (this.listeners.length > 0) {
        const event = this.event();
        for (const name of this.listeners) {
          pending = alongside(pending, this.world.trigger(name, event));
        }
      }
      this.row += 1;
      this.nextMs = this.feed.columns.eventTimeMs[this.row] ?? NEVER;
    }
    return pending;
  }

  private match(desk: Desk, market: Market) {
    const { feed, row } = this;
    const eventTimeMs = this.nextMs;
    if (feed.kind === "trades") {
      const { price, size } = feed.columns;
      return desk.venue.onTrade(market, {
        eventTimeMs,
        price: price[row] ?? 0,
        size: size[row] ?? 0,
      });
    }
    return desk.venue.onQuote(market, { eventTimeMs, ...quoteAt(feed.columns, row) });
  }

  private event(): TickEvent {
    const { feed, row, nextMs } = this;
    const { symbol } = feed.instrument;
    const id = `${feed.kind}.${symbol}.${nextMs}.${row}`;
    const head = { id, eventTimeMs: nextMs, receivedTimeMs: nextMs, causationId: id };
    if (feed.kind === "quotes") {
      return {
        ...head,
        type: "quote.received.v1",
        data: { symbol, ...quoteAt(feed.columns, row) },
      };
    }
    const { price, size } = feed.columns;
    const data = { symbol, price: price[row] ?? 0, size: size[row] ?? 0 };
    return { ...head, type: "trade.received.v1", data };
  }
}

function quoteAt({ bid, bidSize, ask, askSize }: QuoteColumns, row: number) {
  return {
    bid: bid[row] ?? 0,
    bidSize: bidSize[row] ?? 0,
    ask: ask[row] ?? 0,
    askSize: askSize[row] ?? 0,
  };
}
