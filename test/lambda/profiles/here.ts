import * as z from "zod";
import { defineProfile, defineStrategy, enterLong, exit } from "../../../core/index.ts";

/** Buys at the third bar of a session and leaves at the sixth. */
const byTheMinute = defineStrategy({
  name: "by-the-minute",
  description: "In at the third minute, out at the sixth",
  bars: "1m",
  params: z.object({}),
  state: z.object({ seen: z.number().default(0) }),
  onBar({ state, position }) {
    const seen = state.seen + 1;
    if (seen === 3) return { state: { seen }, intents: [enterLong({ reason: "third minute" })] };
    const isLong = position.side === "long";
    if (seen === 6 && isLong) return { state: { seen }, intents: [exit({ reason: "sixth" })] };
    return { state: { seen } };
  },
  onFill: () => undefined,
});

/** Does what a signal says. */
const obedient = defineStrategy({
  name: "obedient",
  description: "Buys when it is told to",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  onSignal: ({ signal }) => ({ intents: [enterLong({ reason: `signal ${signal.signalId}` })] }),
});

/** Puts some of its money into a share soon after the open, and more of it the next time. */
const halves = defineStrategy({
  name: "halves",
  description: "Some, then half in shares, a few minutes after the open",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  schedules: () => ({ early: { at: "open", offsetMinutes: 4 } }),
  onSchedule({ universe }) {
    const has = universe.some(({ position }) => position.quantity > 0);
    return { weights: { BBB: has ? 0.5 : 0.2 }, reason: "some more" };
  },
});

const sizing = { kind: "fixed-quantity", quantity: "5" } as const;
const account = { name: "main" };

export const minutes = defineProfile(byTheMinute, {
  name: "minutes",
  mode: "paper",
  universe: ["AAA"],
  sizing,
  account,
});

export const told = defineProfile(obedient, {
  name: "told",
  mode: "paper",
  universe: ["CCC"],
  sizing,
  execution: { kind: "twap", durationMs: 180_000, slices: 3, leftover: "market" },
  account,
});

export const half = defineProfile(halves, {
  name: "half",
  mode: "paper",
  universe: ["BBB"],
  account,
});
