import * as z from "zod";
import { numberOf } from "../../core/domain/decimal.ts";
import { defineProfile, defineStrategy, enterLong, equity } from "../../core/index.ts";
import type { VenueReport } from "../../core/ports/venue.ts";
import type { RiskApproved } from "../../core/risk/approved.ts";
import { compileProfile, type ProfileOptions } from "../../core/strategy/profile.ts";
import { Dice } from "./dice.ts";
import { PlannedFaults } from "./faults.ts";
import type { PlantedBug } from "./plantedBug.ts";
import { ACCOUNT, type Setting } from "./setting.ts";
import { SimulatedSystem } from "./system.ts";

const PROFILE = "runaway";
const PRICE = 100;
const reason = "it does not see that it holds any";

/** What a drill came to. */
export interface DrillReport {
  /** Signals that each asked for an order. */
  readonly asked: number;
  readonly sent: number;
  /** Most orders that were decided within any 60 seconds, of those that reached the venue. */
  readonly mostInAMinute: number;
  /** Largest position at the venue together with all that was sent and not filled, dollars. */
  readonly peakNotional: number;
  /** From the first fill that was hidden to the halt, ms; null where nothing was halted. */
  readonly haltAfterMs: number | null;
  /** Orders that reached the venue after the halt. */
  readonly sentAfterHalt: number;
}

/** How a drill is run. */
export interface DrillOptions {
  readonly limits: NonNullable<ProfileOptions<z.ZodObject>["limits"]>;
  /** Until when signals come, seconds after the open. */
  readonly untilSeconds?: number;
  /** How often the books are compared with the venue's, ms. */
  readonly reconcileMs: number;
}

/** Buys at every signal, whatever it holds: what a strategy does that never hears of its fills. */
const runaway = defineStrategy({
  name: PROFILE,
  description: "Buys at every signal",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  indicators: () => ({}),
  onSignal: () => ({ intents: [enterLong({ reason, quantity: 10, add: true })] }),
});

/**
 * Knight Capital's morning of 1 August 2012 in small: every fill is hidden from us, on the stream
 * and wherever it could be asked for, while two signals a second want to buy. What the venue says
 * of positions is all that is left to see it by.
 * @see SEC release 34-70694
 */
export async function knightDrill(options: DrillOptions): Promise<DrillReport> {
  const watch = new Watch();
  const setting = settingOf(options);
  const system = new SimulatedSystem({
    dice: new Dice(1),
    faults: new PlannedFaults([]),
    setting,
    bug: hidingFills(watch),
    reconciles: true,
  });
  await system.run();
  const [halt] = system.switches.halts(PROFILE, ACCOUNT);
  return watch.report(halt?.sinceMs ?? null, system.accepted.size);
}

function settingOf({ limits, reconcileMs, untilSeconds = 225 }: DrillOptions): Setting {
  const profile = defineProfile(runaway, {
    name: PROFILE,
    universe: [equity("AAA")],
    sizing: { kind: "fixed-quantity", quantity: "10" },
    limits,
    account: { name: ACCOUNT, cash: "1000000" },
  });
  const flat = { open: PRICE * 100, high: PRICE * 100, low: PRICE * 100, close: PRICE * 100 };
  return {
    name: "the Knight drill",
    minutes: 4,
    rest: [1, 1],
    reconcileMs,
    profiles: [compileProfile(profile)],
    venue: { participation: null, latencyMs: 0 },
    bar: () => ({ ...flat, volume: 1_000_000 }),
    drops: () => null,
    async act(actors) {
      // The first bar must have closed: before it there is no price to decide on.
      for (let seconds = 65; seconds < untilSeconds; seconds += 0.5) {
        await actors.until(seconds);
        const wanted = { profile: PROFILE, symbol: "AAA", action: "buy" } as const;
        void actors.signal(`signal-${seconds}`, wanted, 0);
      }
    },
  };
}

/** Notes what reaches the venue and what trades there. */
class Watch {
  private readonly sentMs: number[] = [];
  private readonly decidedMs: number[] = [];
  private firstHiddenMs: number | null = null;
  private peak = 0;
  private notional = 0;

  sent(requests: readonly RiskApproved[], nowMs: number): void {
    for (const { quantity, decidedTimeMs } of requests) {
      this.sentMs.push(nowMs);
      this.decidedMs.push(decidedTimeMs);
      this.notional += quantity === null ? 0 : numberOf(quantity) * PRICE;
    }
    this.peak = Math.max(this.peak, this.notional);
  }

  hidden(nowMs: number): void {
    this.firstHiddenMs ??= nowMs;
  }

  report(haltMs: number | null, asked: number): DrillReport {
    const inMinuteFrom = (from: number) =>
      this.decidedMs.filter((at) => at >= from && at < from + 60_000).length;
    return {
      asked,
      sent: this.sentMs.length,
      mostInAMinute: Math.max(0, ...this.decidedMs.map(inMinuteFrom)),
      peakNotional: this.peak,
      haltAfterMs:
        haltMs === null || this.firstHiddenMs === null ? null : haltMs - this.firstHiddenMs,
      sentAfterHalt: haltMs === null ? 0 : this.sentMs.filter((at) => at > haltMs).length,
    };
  }
}

function hidingFills(watch: Watch): PlantedBug {
  const isShown = ({ kind }: VenueReport) => kind !== "filled";
  return {
    name: "every fill is hidden",
    reports: (reports, { time }) => {
      if (!reports.every(isShown)) watch.hidden(time.nowMs);
      return reports.filter(isShown);
    },
    ports: (ports, { time }) => ({
      ...ports,
      venue: (account) => {
        const venue = ports.venue(account);
        return {
          ...venue,
          submit: async (requests) => {
            watch.sent(requests, time.nowMs);
            return (await venue.submit(requests, time.nowMs)).filter(isShown);
          },
          fillsSince: async () => [],
          find: async (id) => (await venue.find(id))?.filter(isShown) ?? null,
        };
      },
    }),
  };
}
