/** Which market a data stream is about; each has its own channels. */
export type FeedKind = "stocks" | "crypto" | "news";

const CHANNELS: Readonly<Record<FeedKind, readonly string[]>> = {
  stocks: [
    "trades",
    "quotes",
    "bars",
    "updatedBars",
    "dailyBars",
    "statuses",
    "lulds",
    "corrections",
    "cancelErrors",
  ],
  crypto: ["trades", "quotes", "orderbooks", "bars", "updatedBars", "dailyBars"],
  news: ["news"],
};
/** Channels that are shown only where they were asked for. */
const EXTRA: Readonly<Record<FeedKind, readonly string[]>> = {
  stocks: ["imbalances"],
  crypto: [],
  news: [],
};
/** Who hears trades hears what becomes of them. */
const ALONG_WITH_TRADES = ["corrections", "cancelErrors"];
/** Symbols of trades and quotes that the free plan takes. */
const FREE_SYMBOLS = 30;

/** Every channel that there is anywhere. */
const ALL = new Set(Object.values(CHANNELS).flat().concat(Object.values(EXTRA).flat()));

/** A change of subscriptions: symbols by channel. */
export type Change = ReadonlyMap<string, readonly string[]>;

/** Why a change is refused, by Alpaca's code. */
export type SubscriptionFault = 400 | 405 | 410;

/** What one socket has asked for. */
export class Subscriptions {
  private readonly kind: FeedKind;
  private readonly isFree: boolean;
  private channels = new Map<string, Set<string>>();

  constructor(kind: FeedKind, isFree: boolean) {
    this.kind = kind;
    this.isFree = isFree;
  }

  /** Adds symbols to channels; nothing changes where it answers a fault. */
  add(change: Change): SubscriptionFault | null {
    const fault = this.faultIn(change);
    if (fault !== null) return fault;
    const next = this.copied();
    for (const [channel, symbols] of this.widened(change)) {
      const own = next.get(channel) ?? new Set<string>();
      for (const symbol of symbols) own.add(symbol);
      next.set(channel, own);
    }
    if (this.isFree && countOf(next) > FREE_SYMBOLS) return 405;
    this.channels = next;
    return null;
  }

  /** Takes symbols off channels; an asterisk takes off only the asterisk. */
  remove(change: Change): SubscriptionFault | null {
    const fault = this.faultIn(change);
    if (fault !== null) return fault;
    for (const [channel, symbols] of this.widened(change)) {
      for (const symbol of symbols) this.channels.get(channel)?.delete(symbol);
    }
    return null;
  }

  get isEmpty(): boolean {
    return [...this.channels.values()].every(({ size }) => size === 0);
  }

  hears(channel: string, symbol: string): boolean {
    const own = this.channels.get(channel);
    return own !== undefined && (own.has(symbol) || own.has("*"));
  }

  /** All of it, as the server confirms every change. */
  state(): Readonly<Record<string, readonly string[]>> {
    const extra = EXTRA[this.kind].filter((one) => (this.channels.get(one)?.size ?? 0) > 0);
    return Object.fromEntries(
      [...CHANNELS[this.kind], ...extra].map((one) => [one, [...(this.channels.get(one) ?? [])]]),
    );
  }

  private faultIn(change: Change): SubscriptionFault | null {
    const own = [...CHANNELS[this.kind], ...EXTRA[this.kind]];
    for (const [channel, symbols] of change) {
      if (!ALL.has(channel)) return 400;
      if (!own.includes(channel)) return 410;
      if (!symbols.every((symbol) => /^(\*|[A-Z0-9./]{1,20})$/.test(symbol))) return 400;
    }
    return null;
  }

  private widened(change: Change): Change {
    const trades = change.get("trades");
    if (trades === undefined || this.kind !== "stocks") return change;
    return new Map([...change, ...ALONG_WITH_TRADES.map((one) => [one, trades] as const)]);
  }

  private copied(): Map<string, Set<string>> {
    return new Map([...this.channels].map(([channel, symbols]) => [channel, new Set(symbols)]));
  }
}

/** Bars are free; everything of trades and quotes is more than the free plan has. */
function countOf(channels: ReadonlyMap<string, ReadonlySet<string>>): number {
  const symbols = [...(channels.get("trades") ?? []), ...(channels.get("quotes") ?? [])];
  return symbols.includes("*") ? Number.POSITIVE_INFINITY : symbols.length;
}
