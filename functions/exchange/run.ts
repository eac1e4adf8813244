import { setImmediate as turn } from "node:timers/promises";
import type { PaperAccount } from "./paper.ts";

/** The clients of a server, as far as the clock minds them. */
export interface Audience {
  /** Bytes that wait in sockets. */
  waiting(): number;
  /** How many hear trade updates, and how many have subscribed to market data. */
  listening(): { readonly trade: number; readonly data: number };
}

/** How much may wait before the clock does. */
const MOST_WAITING = 1 << 20;

/** Moves the clock of a served exchange: no faster than its clients read. */
export class Run {
  private readonly paper: PaperAccount;
  private readonly audiences = new Set<Audience>();
  private last: Promise<void> = Promise.resolve();

  constructor(paper: PaperAccount) {
    this.paper = paper;
  }

  /** Minds the clients of a server until the returned function is called. */
  mind(audience: Audience): () => void {
    this.audiences.add(audience);
    return () => void this.audiences.delete(audience);
  }

  /** Who listens on all servers together: a driver may wait for its clients. */
  listening(): { readonly trade: number; readonly data: number } {
    const counts = [...this.audiences].map((one) => one.listening());
    return {
      trade: counts.reduce((sum, { trade }) => sum + trade, 0),
      data: counts.reduce((sum, { data }) => sum + data, 0),
    };
  }

  /** Time of the next thing recorded or due, as far as the exchange goes. */
  get nextMs(): number {
    const next = this.paper.market.nextDataMs();
    return next > this.untilMs ? Number.POSITIVE_INFINITY : next;
  }

  /** Where the clock of a served exchange stops. */
  get untilMs(): number {
    return this.paper.settings.toMs ?? this.paper.market.lastMs;
  }

  /** Goes to a time, instant by instant, waiting for slow clients; one run after the other. */
  to(timeMs: number): Promise<void> {
    const done = this.last.then(() => this.go(timeMs));
    // One failed run must not keep the next from starting; its caller hears of it.
    this.last = done.catch(() => {});
    return done;
  }

  private async go(timeMs: number): Promise<void> {
    const { market } = this.paper;
    for (;;) {
      const next = market.nextMs();
      if (next > timeMs || next === Number.POSITIVE_INFINITY) break;
      market.advanceTo(Math.max(next, market.nowMs));
      await this.drained();
    }
    market.advanceTo(timeMs);
    await this.drained();
  }

  private async drained(): Promise<void> {
    while ([...this.audiences].some((one) => one.waiting() > MOST_WAITING)) await turn();
  }
}
