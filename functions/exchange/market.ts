import { InputError } from "../../core/domain/errors.ts";
import type { Bar, Quote, Trade } from "../../core/domain/market.ts";
import { iso } from "../../core/domain/time.ts";
import { type CorporateAction, priceFactorOf } from "../../core/runtime/actionHandler.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import type { Settings } from "./options.ts";
import { quoteAt, Tape, tradeAt } from "./tape.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** Who is shown what the clock passes, in this order within one instant. */
export interface MarketWatcher {
  /** Before anything of an instant. */
  onTime(timeMs: number): void;
  onAction(action: CorporateAction, tape: Tape, priceFactor: number): void;
  onQuote(tape: Tape, quote: Quote): void;
  onTrade(tape: Tape, trade: Trade): void;
  onBar(tape: Tape, bar: Bar): void;
  /** Everything of an instant was shown. */
  onInstant(timeMs: number): void;
  /** When it wants to be called although nothing is recorded, UTC ms; Infinity for never. */
  wakeMs(): number;
}

/**
 * Recorded markets and the virtual clock that walks along them. Nothing of a later time can be seen
 * before the clock is there, and time never goes back.
 */
export class RecordedMarket {
  readonly tapes: ReadonlyMap<string, Tape>;
  /** Actions that have taken effect, and those to come. */
  readonly actions: readonly CorporateAction[];
  private readonly all: readonly Tape[];
  private readonly watcher: MarketWatcher;
  private nextAction = 0;
  private now = Number.NEGATIVE_INFINITY;

  constructor(settings: Settings, watcher: MarketWatcher) {
    this.tapes = tapesOf(settings);
    this.all = [...this.tapes.values()];
    this.actions = settings.actions;
    this.watcher = watcher;
  }

  /** The virtual time, UTC ms. */
  get nowMs(): number {
    return this.now;
  }

  /** Where the first bar opens, UTC ms. @throws InputError where nothing is recorded. */
  get firstMs(): number {
    const first = Math.min(...this.all.map(({ base }) => base.columns.openTimeMs[0] ?? NEVER));
    if (first !== NEVER) return first;
    throw new InputError("expected at least one recorded bar, got none");
  }

  /** Time of the last bar or tick, UTC ms. */
  get lastMs(): number {
    return this.all.reduce(
      (last, { base, quotes, trades }) =>
        Math.max(
          last,
          base.columns.closeTimeMs.at(-1) ?? 0,
          quotes?.eventTimeMs.at(-1) ?? 0,
          trades?.eventTimeMs.at(-1) ?? 0,
        ),
      0,
    );
  }

  /** Time of the next thing to happen, recorded or due; Infinity at the end. */
  nextMs(): number {
    return Math.min(this.nextDataMs(), this.watcher.wakeMs());
  }

  /** Shows everything up to a time, that included. @throws InputError for a time gone by. */
  advanceTo(untilMs: number): void {
    if (!(untilMs >= this.now)) {
      throw new InputError(`expected a time from ${iso(this.now)} on, got ${untilMs}`);
    }
    for (;;) {
      const timeMs = this.nextMs();
      if (timeMs > untilMs || timeMs === NEVER) break;
      this.now = Math.max(this.now, timeMs);
      this.play(this.now);
    }
    this.now = untilMs;
  }

  private play(timeMs: number): void {
    const { watcher, all } = this;
    watcher.onTime(timeMs);
    this.act(timeMs);
    for (const tape of all) this.tick(tape, timeMs);
    for (const tape of all) {
      if (tape.nextBarMs > timeMs) continue;
      tape.lastPrice = tape.cursor.close;
      watcher.onBar(tape, tape.cursor);
    }
    // Moved on together: whoever looks while bars are shown sees all of the instant alike.
    for (const tape of all) if (tape.nextBarMs <= timeMs) tape.turn();
    watcher.onInstant(timeMs);
  }

  private act(timeMs: number): void {
    while ((this.actions[this.nextAction]?.timeMs ?? NEVER) <= timeMs) {
      const action = this.actions[this.nextAction];
      this.nextAction += 1;
      const tape = action && this.tapes.get(action.symbol);
      // Before the first price there is nothing to restate and nothing held.
      if (action === undefined || tape === undefined || tape.lastPrice === 0) continue;
      const factor = priceFactorOf(action, tape.lastPrice);
      this.watcher.onAction(action, tape, factor);
      if (action.kind === "split") tape.rescale(factor);
    }
  }

  private tick(tape: Tape, timeMs: number): void {
    const { quotes, trades } = tape;
    while (quotes !== null && tape.nextQuoteMs <= timeMs) {
      const quote = quoteAt(quotes, tape.quoteRow);
      tape.quoteRow += 1;
      this.watcher.onQuote(tape, quote);
    }
    while (trades !== null && tape.nextTradeMs <= timeMs) {
      const trade = tradeAt(trades, tape.tradeRow);
      tape.tradeRow += 1;
      tape.lastPrice = trade.price;
      this.watcher.onTrade(tape, trade);
    }
  }

  /** Time of the next thing recorded, UTC ms; Infinity at the end. */
  nextDataMs(): number {
    let next = this.actions[this.nextAction]?.timeMs ?? NEVER;
    for (const tape of this.all) {
      if (tape.nextBarMs < next) next = tape.nextBarMs;
      if (tape.quotes !== null && tape.nextQuoteMs < next) next = tape.nextQuoteMs;
      if (tape.trades !== null && tape.nextTradeMs < next) next = tape.nextTradeMs;
    }
    return next;
  }
}

function tapesOf({ feeds, ticks }: Settings): ReadonlyMap<string, Tape> {
  const grouped = new Map<string, [BarFeed, ...BarFeed[]]>();
  for (const feed of feeds) {
    const { symbol } = feed.instrument;
    const found = grouped.get(symbol);
    if (found === undefined) grouped.set(symbol, [feed]);
    else found.push(feed);
  }
  return new Map(
    [...grouped].map(([symbol, own]) => {
      const heard = ticks.filter(({ instrument }) => instrument.symbol === symbol);
      return [symbol, new Tape(own, heard)];
    }),
  );
}
