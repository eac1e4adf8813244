import * as z from "zod";
import { decimal } from "../../core/domain/decimal.ts";
import type { Bar } from "../../core/domain/market.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import {
  cancelEntries,
  defineProfile,
  defineStrategy,
  enterLong,
  equity,
  exit,
  moveStop,
} from "../../core/index.ts";
import { SimulatedAccount } from "../../core/runtime/simulatedAccount.ts";
import { bpsFee } from "../../core/simulation/fees.ts";
import { constantLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { SimulatedVenue } from "../../core/simulation/venue.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import type { Dice } from "./dice.ts";

/** The account that all profiles of a run share. */
export const ACCOUNT = "main";

/** When the session of a run opens: a Monday without holidays. */
export const OPEN_MS = newYorkTimeMs("2024-07-01", "09:30");

/** A minute, ms. */
export const MINUTE_MS = 60_000;
const symbols = ["AAA", "BBB"] as const;

/** Trades more, and in more ways, than anybody should: every path to the venue is walked often. */
const restless = defineStrategy({
  name: "restless",
  description: "Enters, protects, moves stops, works orders and exits at every other chance",
  bars: "1m",
  params: z.object({ every: z.int().min(1).default(3) }),
  state: z.object({ bars: z.int().default(0) }),
  indicators: () => ({}),
  onBar({ bar, params, state, position }) {
    const bars = state.bars + 1;
    const turn = bars % (params.every * 4);
    const reason = `bar ${bars}`;
    const next = { bars };
    if (position.side === "flat") {
      if (turn % params.every !== 0) return { state: next };
      const stop = bar.close * 0.99;
      const target = bar.close * 1.01;
      const limit = bar.close * 0.999;
      const entries = [
        enterLong({ reason, stop, target }),
        enterLong({ reason, limit }),
        enterLong({ reason, execution: { kind: "twap", durationMs: 180_000, slices: 3 } }),
        enterLong({ reason, stop }),
      ];
      return { state: next, intents: [entries[turn / params.every] ?? exit({ reason })] };
    }
    if (turn === 1)
      return { state: next, intents: [moveStop({ reason, stop: bar.close * 0.995 })] };
    if (turn === 2) return { state: next, intents: [cancelEntries({ reason })] };
    if (turn % params.every === 0) return { state: next, intents: [exit({ reason })] };
    return { state: next };
  },
  onSignal({ signal, position }) {
    const reason = `signal ${signal.signalId}`;
    if (signal.action === "buy" && position.side === "flat") {
      return { intents: [enterLong({ reason, quantity: 7 })] };
    }
    if (signal.action !== "buy" && position.side !== "flat") return { intents: [exit({ reason })] };
  },
});

const universe = symbols.map((symbol) => equity(symbol));
const profileOf = (name: string, every: number) =>
  compileProfile(
    defineProfile(restless, {
      name,
      params: { every },
      universe,
      sizing: { kind: "fixed-quantity", quantity: "10" },
      limits: { maxOpenOrders: 12, maxOrderQuantity: "30" },
      account: { name: ACCOUNT, cash: "100000" },
    }),
  );

/** The profiles of every run: two that share an account, and so its book. */
export const profiles = [profileOf("quick", 2), profileOf("slow", 3)];

/** A venue with an account of its own, and bars that wander by the dice. */
export class Market {
  readonly account: SimulatedAccount;
  private readonly venue: SimulatedVenue;
  private readonly dice: Dice;
  private readonly prices = new Map<string, number>();

  constructor(dice: Dice) {
    this.dice = dice;
    this.venue = new SimulatedVenue({
      fill: "next-open",
      touch: "no-fill",
      participation: dice.oneIn(2) ? 0.05 : null,
      slippage: bpsSlippage(1),
      fees: bpsFee(1),
      latency: constantLatency(dice.pick([0, 0, 200, 3_000])),
      account: null,
    });
    this.account = new SimulatedAccount(this.venue, decimal("200000"));
  }

  /** The bars of a minute: their instruments' next steps, and what the venue said of its orders. */
  minute(openTimeMs: number) {
    const closeTimeMs = openTimeMs + MINUTE_MS;
    const bars: (Bar & { readonly symbol: string })[] = [];
    const reports = universe.flatMap((instrument) => {
      const bar = this.barOf(instrument.symbol, openTimeMs, closeTimeMs);
      bars.push({ symbol: instrument.symbol, ...bar });
      const said = this.venue.onBar(this.venue.market(instrument), bar);
      return [...this.account.observe(said)];
    });
    return { bars, reports };
  }

  private barOf(symbol: string, openTimeMs: number, closeTimeMs: number): Bar {
    const open = this.prices.get(symbol) ?? 10_000;
    const close = Math.max(5_000, open + this.dice.between(-120, 120));
    this.prices.set(symbol, close);
    const high = Math.max(open, close) + this.dice.between(0, 20);
    const low = Math.min(open, close) - this.dice.between(0, 20);
    // Little volume now and then, so that orders fill in parts where participation is bounded.
    const volume = this.dice.pick([80, 200, 10_000]);
    const cents = (price: number) => price / 100;
    return {
      openTimeMs,
      closeTimeMs,
      open: cents(open),
      high: cents(high),
      low: cents(low),
      close: cents(close),
      volume,
    };
  }
}
