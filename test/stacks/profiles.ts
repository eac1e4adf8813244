import * as z from "zod";
import { defineProfile, defineStrategy } from "../../core/index.ts";
import { fixedMix } from "../../strategies/fixed-mix.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { webhookFollower } from "../../strategies/webhook-follower.ts";

const quoteWatcher = defineStrategy({
  name: "quote-watcher",
  description: "Listens to quotes, and does nothing",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  onQuote: () => undefined,
  onFill: () => undefined,
});

/** A rebalancer that trades once a day, and nothing in between. */
export const MIX = defineProfile(fixedMix, {
  name: "mix",
  mode: "paper",
  universe: ["SPY", "EEM"],
  account: { name: "main" },
  params: { weights: { SPY: 0.6, EEM: 0.4 }, band: 0.05 },
});

const SIGNALS = defineProfile(webhookFollower, {
  name: "signals",
  mode: "paper",
  universe: ["SPY"],
});

const RANGE = defineProfile(openingRange, {
  name: "range",
  mode: "paper",
  universe: ["SPY", "IBM"],
  account: { name: "main" },
  deploy: { bars: "stream" },
});

const POLLED = defineProfile(openingRange, {
  name: "polled",
  mode: "paper",
  universe: ["SPY", "IBM"],
  account: { name: "main" },
});

const QUOTES = defineProfile(quoteWatcher, { name: "quotes", mode: "paper", universe: ["SPY"] });

/** Profiles by what they need: the sets whose stacks are compared. */
export const SETS = {
  rebalancer: [MIX],
  webhook: [MIX, SIGNALS, POLLED],
  everything: [MIX, SIGNALS, RANGE, QUOTES],
} as const;
