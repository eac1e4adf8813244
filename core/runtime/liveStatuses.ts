import type { TradingStatus } from "../domain/market.ts";
import type { EventOf } from "../events/catalogue.ts";
import { ingest } from "./ingest.ts";
import type { LivePorts } from "./livePorts.ts";

type Changed = EventOf<"trading-status.changed.v1">;

/**
 * Halts and resumptions as a stream tells them: risk denies entries in what is halted. Each goes
 * into the journal once, and a person hears of it.
 */
export class LiveStatuses {
  private readonly ports: LivePorts;
  /** Those that are not in the journal yet: trouble with the store loses none. */
  private readonly outgoing: Changed[] = [];

  constructor(ports: LivePorts) {
    this.ports = ports;
  }

  take(symbol: string, { eventTimeMs, isHalted, reason }: TradingStatus): void {
    const id = `status.${symbol}.${isHalted ? "halted" : "resumed"}.${eventTimeMs.toString(36)}`;
    const times = { eventTimeMs, receivedTimeMs: this.ports.clock.nowMs(), causationId: id };
    const data = { symbol, halted: isHalted, reason };
    this.outgoing.push({ type: "trading-status.changed.v1", id, ...times, data });
  }

  /** Takes what was told into the journal, in order. */
  async tell(): Promise<void> {
    const { store, notifier, clock } = this.ports;
    for (let next = this.outgoing[0]; next !== undefined; next = this.outgoing[0]) {
      const outcome = await ingest(store, next);
      this.outgoing.shift();
      if (outcome === "repeat") continue;
      const { symbol, halted, reason } = next.data;
      await notifier.notify({
        key: next.id,
        severity: "info",
        title: halted ? `${symbol} is halted` : `${symbol} trades again`,
        text: halted ? `${reason}. Entries are denied until it trades again.` : reason,
        timeMs: clock.nowMs(),
      });
    }
  }
}
