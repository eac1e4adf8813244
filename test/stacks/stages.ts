import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App, Stack } from "aws-cdk-lib";
import * as z from "zod";
import { defineProfile, defineStrategy } from "../../core/index.ts";
import type { Profile } from "../../core/strategy/profile.ts";
import { type Bundler, sha256Of } from "../../stacks/bundler.ts";
import type { Choices } from "../../stacks/settings.ts";
import { stageApp } from "../../stacks/synth.ts";
import { fixedMix } from "../../strategies/fixed-mix.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { webhookFollower } from "../../strategies/webhook-follower.ts";

/** Writes a small file in place of esbuild's, so that a test waits for neither it nor the code. */
export function smallBundler(folder: string): Bundler {
  return {
    async bundle({ name }) {
      const own = join(folder, name);
      await mkdir(own, { recursive: true });
      const path = join(own, "index.mjs");
      await writeFile(path, `export const handler = async () => "${name}";\n`);
      return { folder: own, file: "index.mjs", sha256: await sha256Of(path) };
    },
  };
}

/** Choices of a stage on which nothing was chosen. */
export const PLAIN: Choices = {
  stage: "test",
  alarmMail: "a@example.com",
  monthlyBudget: 20,
  reservesConcurrency: true,
  standby: false,
  sweeps: false,
};

/** A stage synthesised into a folder of its own. */
export async function staged(
  profiles: readonly Profile[],
  choices: Partial<Choices> = {},
  assetBucket: string | null = null,
): Promise<{ readonly app: App; readonly stack: Stack; readonly outDir: string }> {
  const folder = await mkdtemp(join(tmpdir(), "bellwether-stack-"));
  const outDir = join(folder, "cdk.out");
  const made = await stageApp(profiles, { ...PLAIN, ...choices }, smallBundler(folder), {
    outDir,
    assetBucket,
  });
  return { ...made, outDir };
}

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
