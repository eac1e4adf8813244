import { InputError } from "../../core/domain/errors.ts";
import type { VenueReport } from "../../core/ports/venue.ts";
import type { AlpacaVenue } from "../alpaca/alpacaVenue.ts";
import { readUpdate } from "../alpaca/updatesStream.ts";
import type { Exchange } from "../exchange/exchange.ts";

/** One account that trades at a local exchange in this process. */
export interface PlayedAccount {
  readonly account: string;
  readonly exchange: Exchange;
  readonly venue: AlpacaVenue;
}

/** Who is told what happens as the clock moves. */
export interface Player {
  report(account: string, reports: readonly VenueReport[]): Promise<void>;
  step(): Promise<void>;
  /** When something is due between two recorded moments, UTC ms; Infinity for nothing. */
  readonly nextMs?: () => number;
}

/**
 * Lets a recorded market run: at each moment first the exchanges, then the updates that they tell,
 * account by account, then whatever else is due; the order of a replay. Answers how many moments
 * there were. `toMs` is the last that counts, UTC ms.
 */
export async function playMarket(
  accounts: readonly PlayedAccount[],
  player: Player,
  toMs: number,
  onMoment: (timeMs: number) => void = () => {},
): Promise<number> {
  const desks = accounts.map((one) => new HeardAccount(one));
  let moments = 0;
  try {
    for (;;) {
      const recordedMs = Math.min(...desks.map(({ exchange }) => exchange.nextMs));
      // After the last of what was recorded nothing comes any more.
      if (recordedMs === Number.POSITIVE_INFINITY) break;
      const timeMs = Math.min(recordedMs, player.nextMs?.() ?? recordedMs);
      if (timeMs > toMs) break;
      for (const desk of desks) desk.exchange.advanceTo(timeMs);
      for (const desk of desks) await desk.tell(player);
      await player.step();
      // What was sent in this step may have been answered over the stream already.
      for (const desk of desks) await desk.tell(player);
      onMoment(timeMs);
      moments += 1;
    }
  } finally {
    for (const desk of desks) desk.leave();
  }
  if (moments === 0) throw new InputError("expected a recording with something in it, got none");
  return moments;
}

class HeardAccount {
  readonly exchange: Exchange;
  readonly leave: () => void;
  private readonly account: string;
  private readonly venue: AlpacaVenue;
  private heard: unknown[] = [];

  constructor({ account, exchange, venue }: PlayedAccount) {
    this.account = account;
    this.exchange = exchange;
    this.venue = venue;
    this.leave = exchange.subscribe((update) => this.heard.push(update));
  }

  async tell(player: Player): Promise<void> {
    while (this.heard.length > 0) {
      const updates = this.heard;
      this.heard = [];
      for (const update of updates) {
        const reports = await readUpdate(update, this.venue);
        if (reports.length > 0) await player.report(this.account, reports);
      }
    }
  }
}
