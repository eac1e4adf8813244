import * as z from "zod";
import { defineScanner, defineStrategy, enterLong, exit } from "../core/index.ts";

const MINUTE_MS = 60_000;

/** Where one instrument stands in one session. */
const phase = z.discriminatedUnion("is", [
  z.object({ is: z.literal("watching") }),
  z.object({ is: z.literal("armed"), high: z.number(), low: z.number() }),
  z.object({ is: z.literal("in") }),
  z.object({ is: z.literal("done") }),
]);

/**
 * Scans for gaps after the open and buys the strongest when they go on rising. Once a session:
 * watching → armed (the first minutes' range is being made) → in → done.
 */
export const gapScanner = defineStrategy({
  name: "gap-scanner",
  description: "Selects opening gaps, buys the break of their first minutes, flat before the close",
  bars: "1m",
  params: z.object({
    gap: z.number().default(0.002).describe("Least gap from yesterday's close, as a fraction"),
    top: z.int().min(1).default(2).describe("How many to select"),
    minutes: z.int().min(1).default(5).describe("Length of the range to break, in minutes"),
    reward: z.number().positive().default(2).describe("Target distance, in multiples of the risk"),
    exitBefore: z.int().min(1).default(5).describe("Minutes before the close to be flat"),
  }),
  state: z.object({
    session: z.string().default(""),
    phase: phase.default({ is: "watching" }),
  }),
  schedules: ({ minutes }) => ({ "after-open": { at: "open", offsetMinutes: minutes } }),
  scan: ({ gap, top }) => ({
    at: "after-open",
    history: 20,
    scanner: defineScanner({
      name: "gaps",
      filters: [{ kind: "gap", min: gap }],
      rank: { kind: "gap" },
      top,
    }),
  }),
  onBar({ bar, params, state, position, session, selected }) {
    if (session === null) return;
    const sinceOpen = (bar.closeTimeMs - session.openTimeMs) / MINUTE_MS;
    const toClose = (session.closeTimeMs - bar.closeTimeMs) / MINUTE_MS;
    const { date } = session;
    const at = state.session === date ? state.phase : { is: "watching" as const };
    const next = (to: z.output<typeof phase>) => ({ session: date, phase: to });

    switch (at.is) {
      case "watching": {
        if (sinceOpen > params.minutes) return { state: next({ is: "done" }) };
        return { state: next({ is: "armed", high: bar.high, low: bar.low }) };
      }
      case "armed": {
        if (sinceOpen <= params.minutes) {
          const high = Math.max(at.high, bar.high);
          const low = Math.min(at.low, bar.low);
          return { state: next({ is: "armed", high, low }) };
        }
        if (!selected || toClose <= params.exitBefore) return { state: next({ is: "done" }) };
        if (bar.close <= at.high) return;
        const target = bar.close + params.reward * (bar.close - at.low);
        const reason = `gapped up and broke its first ${params.minutes} minutes`;
        return {
          state: next({ is: "in" }),
          intents: [enterLong({ stop: at.low, target, reason })],
        };
      }
      case "in": {
        if (toClose > params.exitBefore) return;
        const reason = `${params.exitBefore} minutes before the close`;
        return { state: next({ is: "done" }), intents: [exit({ reason })] };
      }
      case "done":
        // A bar of the last minutes may have been missing when it was to leave.
        if (position.side === "long" && toClose <= params.exitBefore) {
          return { intents: [exit({ reason: "still in before the close" })] };
        }
    }
  },
  onFill({ state, position }) {
    // The stop or the target has taken it out: once a session is enough.
    if (state.phase.is !== "in" || position.side !== "flat") return;
    return { state: { ...state, phase: { is: "done" as const } } };
  },
});
