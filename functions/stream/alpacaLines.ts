import type { Lines, Subscriptions } from "../../core/ports/lines.ts";
import type { StreamHandler } from "../../core/runtime/streamHandler.ts";
import type { AlpacaVenue } from "../alpaca/alpacaVenue.ts";
import type { ConnectionWorld } from "../alpaca/connection.ts";
import { type DataFeed, type DataStream, dataStream } from "../alpaca/dataStream.ts";
import { updatesStream } from "../alpaca/updatesStream.ts";
import { isPair } from "../alpaca/wire.ts";

/** An account whose trade updates are followed. */
export interface StreamedAccount {
  readonly account: string;
  readonly keyId: string;
  readonly secret: string;
  readonly mode: "paper" | "live";
  readonly venue: Pick<AlpacaVenue, "names" | "termsOf">;
  /** A local exchange instead of Alpaca. */
  readonly baseUrl?: string | undefined;
}

/** What the lines are opened with. */
export interface LinesSettings {
  /** Market data comes with the keys of the first. */
  readonly accounts: readonly StreamedAccount[];
  /** Every symbol that may ever be asked for: says which feeds are needed at all. */
  readonly symbols: readonly string[];
  readonly feed?: "iex" | "sip";
}

const PATHS: Readonly<Record<DataFeed, string>> = {
  iex: "/v2/iex",
  sip: "/v2/sip",
  crypto: "/v1beta3/crypto/us",
};

/** All lines of a stream task to Alpaca: a feed of shares, one of coins, and each account's own. */
export function alpacaLines(
  { accounts, symbols, feed = "iex" }: LinesSettings,
  handler: StreamHandler,
  world: ConnectionWorld,
): Lines {
  const [first] = accounts;
  const markets: { readonly line: DataStream; takes(symbol: string): boolean }[] = [];
  const addMarket = (source: DataFeed, takes: (symbol: string) => boolean) => {
    if (first === undefined || !symbols.some(takes)) return;
    const { keyId, secret, baseUrl } = first;
    const settings = { keyId, secret, feed: source, url: socketUrl(baseUrl, PATHS[source]) };
    markets.push({ line: dataStream(settings, handler.market(), world), takes });
  };
  addMarket(feed, (symbol) => !isPair(symbol));
  addMarket("crypto", isPair);
  const updates = accounts.map(({ account, keyId, secret, mode, venue, baseUrl }) => {
    const settings = { keyId, secret, mode, url: socketUrl(baseUrl, "/stream") };
    return updatesStream(settings, venue, handler.updatesOf(account), world);
  });
  return {
    open(sinceMs) {
      for (const { line } of markets) line.start(sinceMs);
      for (const line of updates) line.start(sinceMs);
    },
    follow({ bars, quotes, trades, statuses }: Subscriptions) {
      for (const { line, takes } of markets) {
        line.follow({
          bars: bars.filter(takes),
          quotes: quotes.filter(takes),
          trades: trades.filter(takes),
          statuses: statuses.filter(takes),
        });
      }
    },
    async close() {
      const lines = [...markets.map(({ line }) => line), ...updates];
      await Promise.all(lines.map((line) => line.stop()));
    },
  };
}

function socketUrl(baseUrl: string | undefined, path: string): string | undefined {
  if (baseUrl === undefined) return undefined;
  const url = new URL(path, baseUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
