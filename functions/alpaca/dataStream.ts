import { streaming } from "@alpacahq/alpaca-trade-api";
import { InputError } from "../../core/domain/errors.ts";
import type { Bar, Quote, Trade } from "../../core/domain/market.ts";
import { MINUTE_MS } from "../../core/domain/time.ts";
import type { MarketListener, Subscriptions } from "../../core/ports/lines.ts";
import { Connection, type ConnectionWorld, type Feed } from "./connection.ts";
import { tradingStatusOf } from "./tradingStatus.ts";
import type { StreamSettings } from "./updatesStream.ts";

/** Which prices a stream carries: shares as IEX or all exchanges (SIP) saw them, or coins. */
export type DataFeed = "iex" | "sip" | "crypto";

/** A stream of market data. */
export interface DataStream {
  /** Starts; everything from `sinceMs` on is asked for as the first gap. */
  start(sinceMs: number): void;
  stop(): Promise<void>;
  /** Listens to these from now on, and to nothing else. */
  follow(subscriptions: Subscriptions): void;
}

const HOST = "wss://stream.data.alpaca.markets";
const PATHS: Readonly<Record<DataFeed, string>> = {
  iex: "/v2/iex",
  sip: "/v2/sip",
  crypto: "/v1beta3/crypto/us",
};
/** Never subscribed to, so that to leave it is answered and changes nothing. */
const NOBODY = ["FAKEPACA"];

type Client = streaming.MarketDataStream;

/** Follows market data of one feed over the only connection that Alpaca allows to it. */
export function dataStream(
  settings: StreamSettings & { readonly feed?: DataFeed },
  listener: MarketListener,
  world: ConnectionWorld,
): DataStream {
  const { keyId, secret, feed: source = "iex", pingIntervalMs = 10_000 } = settings;
  const url = settings.url ?? `${HOST}${PATHS[source]}`;
  let wanted: Subscriptions = { bars: [], quotes: [], trades: [], statuses: [] };
  let confirmed: Client | null = null;
  const feed: Feed<Client> = {
    url,
    keyId,
    open(sockets) {
      const client = new streaming.MarketDataStream({
        credentials: { keyId, secret },
        url,
        pingIntervalMs,
        reconnect: false,
        wsFactory: sockets,
      });
      listen(client, listener, (run) => connection.deliver(client, run));
      subscribe(client, wanted);
      // By itself, once the rest is granted: where the plan lacks it, the rest still comes.
      client.once("subscription", () => {
        confirmed = client;
        client.subscribeForStatuses([...wanted.statuses]);
      });
      return client;
    },
    confirms: () => [wanted.bars, wanted.quotes, wanted.trades].some((some) => some.length > 0),
    probe: (client) => client.unsubscribeFromDailyBars(NOBODY),
  };
  const connection = new Connection(feed, world, listener);
  return {
    start: (sinceMs) => connection.start(sinceMs),
    stop: () => connection.stop(),
    follow(subscriptions) {
      const before = wanted;
      wanted = subscriptions;
      const { client } = connection;
      if (client === null) return;
      subscribe(client, subscriptions);
      if (client === confirmed) client.subscribeForStatuses([...subscriptions.statuses]);
      unsubscribe(client, before, subscriptions);
    },
  };
}

type Deliver = (run: () => void | Promise<void>) => void;

function listen(client: Client, listener: MarketListener, deliver: Deliver): void {
  client.onBar((bar) => deliver(() => listener.onBar(bar.symbol, sound(bar, barOf(bar)), false)));
  client.onUpdatedBar((bar) =>
    deliver(() => listener.onBar(bar.symbol, sound(bar, barOf(bar)), true)),
  );
  client.onQuote((quote) =>
    deliver(() => listener.onQuote(quote.symbol, sound(quote, quoteOf(quote)))),
  );
  client.onTrade((trade) =>
    deliver(() => listener.onTrade(trade.symbol, sound(trade, tradeOf(trade)))),
  );
  client.onStatus((told) =>
    deliver(() => {
      const status = tradingStatusOf(told);
      if (status === null) return;
      const { eventTimeMs } = status;
      sound(told, { eventTimeMs });
      return listener.onStatus(told.symbol, status);
    }),
  );
}

/** The library sends only what is new, at once or as soon as it is let in. */
function subscribe(client: Client, { bars, quotes, trades }: Subscriptions): void {
  client.subscribeForBars([...bars]);
  client.subscribeForUpdatedBars([...bars]);
  client.subscribeForQuotes([...quotes]);
  client.subscribeForTrades([...trades]);
}

function unsubscribe(client: Client, before: Subscriptions, now: Subscriptions): void {
  const gone = (of: keyof Subscriptions) => before[of].filter((one) => !now[of].includes(one));
  client.unsubscribeFromBars(gone("bars"));
  client.unsubscribeFromUpdatedBars(gone("bars"));
  client.unsubscribeFromQuotes(gone("quotes"));
  client.unsubscribeFromTrades(gone("trades"));
  client.unsubscribeFromStatuses(gone("statuses"));
}

/**
 * What a message says, if all of it is numbers: one that is none would stay in every average. Its
 * time is then a gap, which is asked for anew.
 * @throws InputError naming the field.
 */
function sound<T extends object>({ symbol }: { readonly symbol: unknown }, said: T): T {
  if (typeof symbol !== "string")
    throw new InputError(`symbol: expected text, got ${typeof symbol}`);
  for (const [name, value] of Object.entries(said)) {
    if (Number.isFinite(value)) continue;
    const got = typeof value === "number" ? value : typeof value;
    throw new InputError(`${symbol.slice(0, 20)}: ${name}: expected a number, got ${got}`);
  }
  return said;
}

/** Alpaca stamps a bar by its start; ours are known by their close. */
function barOf({ timestamp, open, high, low, close, volume }: streaming.StreamBar): Bar {
  const openTimeMs = timestamp.getTime();
  return { openTimeMs, closeTimeMs: openTimeMs + MINUTE_MS, open, high, low, close, volume };
}

function quoteOf(quote: streaming.StreamQuote): Quote {
  const { timestamp, bidPrice, bidSize, askPrice, askSize } = quote;
  return { eventTimeMs: timestamp.getTime(), bid: bidPrice, bidSize, ask: askPrice, askSize };
}

function tradeOf({ timestamp, price, size }: streaming.StreamTrade): Trade {
  return { eventTimeMs: timestamp.getTime(), price, size };
}
