import type { Alpaca, marketData } from "@alpacahq/alpaca-trade-api/rest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import type { Bar, Quote, Trade } from "../../core/domain/market.ts";
import { addDays, epochMs, newYorkTimeMs } from "../../core/domain/time.ts";
import type {
  AssetInfo,
  BarsQuery,
  MarketData,
  VenueSession,
} from "../../core/ports/marketData.ts";
import type { CorporateAction } from "../../core/runtime/actionHandler.ts";
import { actionsFrom } from "./actions.ts";
import { type Ask, askUnder } from "./ask.ts";
import { barsFrom, sourceOf } from "./bars.ts";
import { valueOrThrow } from "./errors.ts";
import { batches, byClass, paged, toTheEnd } from "./pages.ts";
import type { RateLimiter } from "./rateLimiter.ts";
import { isPair } from "./wire.ts";
import {
  type WireActions,
  type WireBar,
  wireActions,
  wireAsset,
  wireAssets,
  wireBars,
  wireClock,
  wireDays,
  wireQuotes,
  wireTrades,
} from "./wireData.ts";

/** Where stock prices come from: IEX is free, SIP (all exchanges) needs a subscription. */
export type AlpacaFeed = "iex" | "sip";

/** What the adapter is given besides its client. */
export interface AlpacaDataOptions {
  /** `iex` unless said otherwise: Alpaca's own default is `sip`, which the free plan refuses. */
  readonly feed?: AlpacaFeed;
}

/** The two hosts have limits of their own; the first is the one that orders are sent under. */
export interface Limiters {
  readonly trading: RateLimiter;
  readonly data: RateLimiter;
}

const BARS_PAGE = 10_000;
const ACTIONS_PAGE = 1_000;
/** From how many symbols on the whole list of assets costs less than asking one by one. */
const MANY_ASSETS = 25;

/** Alpaca's market data on demand, and what it knows of calendar and instruments. */
export class AlpacaData implements MarketData {
  private readonly client: Alpaca;
  /** The trading host tells of calendar and instruments, the data host of prices. */
  private readonly askTrading: Ask;
  private readonly ask: Ask;
  private readonly feed: AlpacaFeed;

  constructor(client: Alpaca, limiters: Limiters, { feed = "iex" }: AlpacaDataOptions = {}) {
    this.client = client;
    this.askTrading = askUnder(limiters.trading, "trading");
    this.ask = askUnder(limiters.data, "data");
    this.feed = feed;
  }

  /**
   * See {@link MarketData.bars}. Prices are raw; a name that changed is not followed back.
   * @throws InputError for seconds, and where the feed is not subscribed to.
   */
  async bars(query: BarsQuery): Promise<ReadonlyMap<string, readonly Bar[]>> {
    const { symbols, timeframe } = query;
    const { asked: frame, reachMs } = sourceOf(timeframe);
    const start = new Date(query.afterMs - reachMs);
    const request = { timeframe: frame, start, end: new Date(query.untilMs), limit: BARS_PAGE };
    const found = new Map<string, readonly Bar[]>();
    for (const some of batches(symbols.filter((one) => !isPair(one)))) {
      const wire = await this.stockBars({ ...request, symbols: some.join(",") });
      take(found, wire, query, calendarOf("us-equity"));
    }
    for (const some of batches(symbols.filter(isPair))) {
      const wire = await this.cryptoBars({ ...request, symbols: some.join(",") });
      take(found, wire, query, calendarOf("always-open"));
    }
    return found;
  }

  /** Regular hours as Alpaca announces them, early closes too. */
  async calendar(fromDate: string, toDate: string): Promise<readonly VenueSession[]> {
    const { calendar } = this.client.trading;
    // The library sends dates as instants, which servers cut to days in zones of their own.
    const range = { start: noonOf(addDays(fromDate, -1)), end: noonOf(addDays(toDate, 1)) };
    const answer = await this.askTrading(wireDays, "query", () =>
      calendar.legacyCalendarRaw(range),
    );
    return valueOrThrow(answer, "the calendar")
      .filter(({ date }) => date >= fromDate && date <= toDate)
      .map(({ date, open, close }) => ({
        date,
        openMs: newYorkTimeMs(date, open),
        closeMs: newYorkTimeMs(date, close),
      }));
  }

  /** Alpaca's own clock, UTC ms. */
  async timeMs(): Promise<number> {
    const { clock } = this.client.trading;
    const answer = await this.askTrading(wireClock, "query", () => clock.legacyClockRaw());
    return epochMs(valueOrThrow(answer, "the clock").timestamp);
  }

  /** What Alpaca says of instruments; one that it does not know is missing. */
  async assets(symbols: readonly string[]): Promise<ReadonlyMap<string, AssetInfo>> {
    const wanted = new Set(symbols);
    const found = symbols.length < MANY_ASSETS ? await this.each(symbols) : await this.everyAsset();
    return new Map(
      found
        .filter(({ symbol }) => wanted.has(symbol))
        .map(({ symbol, status, tradable, shortable, fractionable }) => [
          symbol,
          { symbol, tradable: tradable && status === "active", shortable, fractionable },
        ]),
    );
  }

  /** Corporate actions of some symbols whose date lies in a range, both included, oldest first. */
  async actions(
    symbols: readonly string[],
    fromDate: string,
    toDate: string,
  ): Promise<readonly CorporateAction[]> {
    const { corporateActions } = this.client.marketData;
    const range = {
      start: new Date(`${fromDate}T00:00:00Z`),
      end: new Date(`${toDate}T00:00:00Z`),
    };
    const all: CorporateAction[] = [];
    for (const some of batches(symbols.filter((one) => !isPair(one)))) {
      const request = { ...range, symbols: some.join(","), limit: ACTIONS_PAGE };
      const pages = await toTheEnd<WireActions>("corporate actions", async (pageToken) => {
        const answer = await this.ask(wireActions, "data", () =>
          corporateActions.corporateActionsRaw(
            pageToken === null ? request : { ...request, pageToken },
          ),
        );
        return paged(answer, ({ corporate_actions }) => corporate_actions);
      });
      all.push(...pages.flatMap(actionsFrom));
    }
    return all.sort((a, b) => a.timeMs - b.timeMs);
  }

  /** The latest quote of each symbol that has one; a side at 0 is not quoted. */
  async latestQuotes(symbols: readonly string[]): Promise<ReadonlyMap<string, Quote>> {
    const { stocks, crypto } = this.client.marketData;
    const found = new Map<string, Quote>();
    for (const [list, isCrypto] of byClass(symbols)) {
      const answer = await this.ask(wireQuotes, "query", () =>
        isCrypto
          ? crypto.cryptoLatestQuotesRaw({ loc: "us", symbols: list })
          : stocks.stockLatestQuotesRaw({ symbols: list, feed: this.feed }),
      );
      const { quotes } = valueOrThrow(answer, "the latest quotes");
      for (const [symbol, { t, bp, bs, ap, as: asks }] of Object.entries(quotes)) {
        found.set(symbol, { eventTimeMs: t, bid: bp, bidSize: bs, ask: ap, askSize: asks });
      }
    }
    return found;
  }

  /** The latest trade of each symbol that has one. */
  async latestTrades(symbols: readonly string[]): Promise<ReadonlyMap<string, Trade>> {
    const { stocks, crypto } = this.client.marketData;
    const found = new Map<string, Trade>();
    for (const [list, isCrypto] of byClass(symbols)) {
      const answer = await this.ask(wireTrades, "query", () =>
        isCrypto
          ? crypto.cryptoLatestTradesRaw({ loc: "us", symbols: list })
          : stocks.stockLatestTradesRaw({ symbols: list, feed: this.feed }),
      );
      const { trades } = valueOrThrow(answer, "the latest trades");
      for (const [symbol, { t, p, s }] of Object.entries(trades)) {
        found.set(symbol, { eventTimeMs: t, price: p, size: s });
      }
    }
    return found;
  }

  private stockBars(request: marketData.StockBarsRequest): Promise<readonly BarsBySymbol[]> {
    const { stocks } = this.client.marketData;
    const query = { ...request, feed: this.feed, adjustment: "raw" };
    return toTheEnd("bars", async (pageToken) => {
      const next = pageToken === null ? query : { ...query, pageToken };
      const answer = await this.ask(wireBars, "data", () => stocks.stockBarsRaw(next));
      return paged(answer, ({ bars }) => bars ?? {});
    });
  }

  private cryptoBars(
    request: Omit<marketData.CryptoBarsRequest, "loc">,
  ): Promise<readonly BarsBySymbol[]> {
    const { crypto } = this.client.marketData;
    const query = { ...request, loc: "us" as const };
    return toTheEnd("bars", async (pageToken) => {
      const next = pageToken === null ? query : { ...query, pageToken };
      const answer = await this.ask(wireBars, "data", () => crypto.cryptoBarsRaw(next));
      return paged(answer, ({ bars }) => bars ?? {});
    });
  }

  private async each(symbols: readonly string[]) {
    const { assets } = this.client.trading;
    const found = [];
    for (const symbolOrAssetId of symbols) {
      const answer = await this.askTrading(wireAsset, "query", () =>
        assets.getV2AssetsSymbolOrAssetIdRaw({ symbolOrAssetId }),
      );
      const isUnknown =
        !answer.ok && answer.failure.kind === "refused" && answer.failure.status === 404;
      if (!isUnknown) found.push(valueOrThrow(answer, `the asset ${symbolOrAssetId}`));
    }
    return found;
  }

  private async everyAsset() {
    const { assets } = this.client.trading;
    const found = [];
    for (const assetClass of ["us_equity", "crypto"]) {
      const answer = await this.askTrading(wireAssets, "query", () =>
        assets.getV2AssetsRaw({ status: "active", assetClass }),
      );
      found.push(...valueOrThrow(answer, "the assets"));
    }
    return found;
  }
}

type BarsBySymbol = Readonly<Record<string, readonly WireBar[]>>;

function take(
  found: Map<string, readonly Bar[]>,
  pages: readonly BarsBySymbol[],
  query: BarsQuery,
  calendar: ReturnType<typeof calendarOf>,
): void {
  for (const symbol of query.symbols) {
    const wire = pages.flatMap((page) => page[symbol] ?? []);
    if (wire.length === 0) continue;
    const bars = barsFrom(wire, query.timeframe, calendar, query);
    if (bars.length > 0) found.set(symbol, bars);
  }
}

function noonOf(date: string): Date {
  return new Date(`${date}T12:00:00Z`);
}
