import type { Quote, Trade } from "../domain/market.ts";
import type { EventOf } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { Audience } from "./audience.ts";
import { handleTriggerAgain } from "./decideHandler.ts";
import type { LivePorts } from "./livePorts.ts";
import { standingsOf } from "./shadowHandler.ts";

type Tick = EventOf<"quote.received.v1"> | EventOf<"trade.received.v1">;

/** A tick that waited longer is not decided on: the market has moved on, ms. */
const FRESH_MS = 5_000;

/** Trades that may wait; past that the strategy is too slow, and the oldest are let go. */
const MOST_WAITING = 10_000;

/**
 * Lets strategies decide on quotes and trades in this process, one tick after the other. Of quotes
 * that wait only the newest of an instrument counts; trades are all decided on while they are
 * fresh. Ticks are not kept in the journal: what followed from them is.
 */
export class TickPump {
  private readonly ports: LivePorts;
  private readonly audience: Audience;
  private readonly quotes = new Map<string, Tick>();
  private trades: Tick[] = [];
  private last = { id: "", count: 0 };

  constructor(ports: LivePorts, profiles: readonly CompiledProfile[]) {
    this.ports = ports;
    this.audience = new Audience(profiles);
  }

  /** Whether anything waits to be decided on. */
  get isIdle(): boolean {
    return this.quotes.size + this.trades.length === 0;
  }

  quote(symbol: string, quote: Quote): void {
    const { eventTimeMs, ...prices } = quote;
    const head = this.head("quotes", symbol, eventTimeMs);
    this.quotes.set(symbol, { ...head, type: "quote.received.v1", data: { symbol, ...prices } });
  }

  trade(symbol: string, { eventTimeMs, price, size }: Trade): void {
    const head = this.head("trades", symbol, eventTimeMs);
    this.trades.push({ ...head, type: "trade.received.v1", data: { symbol, price, size } });
    if (this.trades.length > MOST_WAITING) this.trades.shift();
  }

  /** Decides on all that waits, in the order of its time. */
  async run(): Promise<void> {
    const waiting = [...this.quotes.values(), ...this.trades];
    this.quotes.clear();
    this.trades = [];
    for (const tick of waiting.sort((a, b) => a.eventTimeMs - b.eventTimeMs)) {
      if (this.ports.clock.nowMs() - tick.eventTimeMs > FRESH_MS) continue;
      const { decide, shadows } = this.audience.routeOf(tick);
      const before = await standingsOf(this.ports, shadows);
      for (const profile of decide) {
        await handleTriggerAgain(this.ports, profile, tick, false, before.get(profile));
      }
    }
  }

  /** Two ticks of one instant are told apart by their number, as in a replay. */
  private head(kind: string, symbol: string, eventTimeMs: number) {
    const stem = `${kind}.${symbol}.${eventTimeMs}`;
    this.last = { id: stem, count: this.last.id === stem ? this.last.count + 1 : 0 };
    const id = `${stem}.${this.last.count}`;
    const receivedTimeMs = this.ports.clock.nowMs();
    return { id, eventTimeMs, receivedTimeMs, causationId: id };
  }
}
