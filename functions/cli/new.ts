import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Command } from "commander";
import { InputError } from "../../core/domain/errors.ts";
import { slug } from "../../core/domain/schema.ts";
import { ROOT } from "./catalogue.ts";
import type { Terminal } from "./terminal.ts";

/** `bellwether new strategy NAME`: a strategy, a profile that replays at once, and a test. */
export function newCommand(terminal: Terminal): Command {
  const strategy = new Command("strategy")
    .description("Write a strategy, a profile that replays at once, and a test.")
    .argument("<name>", "lower-case letters, digits and dashes")
    .option("--dry-run", "show the files instead of writing them")
    .option("--root <dir>", "the checkout to write into", ROOT)
    .addHelpText(
      "after",
      "\nExample:\n  bellwether new strategy my-idea && bellwether replay my-idea\n",
    )
    .action(async (name: string, options: { dryRun?: boolean; root: string }) => {
      await writeStrategy(name, options, terminal);
    });
  return new Command("new").description("Write the files of something new.").addCommand(strategy);
}

async function writeStrategy(
  name: string,
  { dryRun, root }: { dryRun?: boolean; root: string },
  terminal: Terminal,
): Promise<void> {
  const parsed = slug.safeParse(name);
  if (!parsed.success)
    throw new InputError(`name: ${parsed.error.issues[0]?.message}, got "${name}"`);
  const files = filesOf(name);
  for (const file of files.keys()) {
    if (existsSync(join(root, file)))
      throw new InputError(`${file} is there already; choose another name`);
  }
  for (const [file, text] of files) {
    if (dryRun === true) {
      terminal.out(`--- ${file}\n${text}\n`);
      continue;
    }
    const path = join(root, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: "wx" });
    terminal.out(`wrote ${relative(root, path)}\n`);
  }
  if (dryRun !== true) terminal.out(`try it: npx bellwether replay ${name}\n`);
}

/** The files of a new strategy by their place in the checkout. */
export function filesOf(name: string): ReadonlyMap<string, string> {
  const camel = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const identifier = /^[0-9]/.test(camel) ? `strategy${camel}` : camel;
  return new Map([
    [`strategies/${name}.ts`, strategyText(name, identifier)],
    [`strategies/profiles/${name}.ts`, profileText(name, identifier)],
    [`test/strategies/${name}.test.ts`, testText(name, identifier)],
  ]);
}

function strategyText(name: string, identifier: string): string {
  return `import * as z from "zod";
import { crossedAbove, crossedBelow, defineStrategy, enterLong, exit, sma } from "../core/index.ts";

/** Say here what the strategy is after. */
export const ${identifier} = defineStrategy({
  name: "${name}",
  description: "Long while the close is above its average",
  bars: "1d",
  params: z.object({
    length: z.int().min(2).default(50).describe("Length of the average, in bars"),
  }),
  state: z.object({}),
  indicators: ({ length }) => ({ price: sma(1), average: sma(length) }),
  onBar({ position, indicators: { price, average } }) {
    if (position.side === "flat" && crossedAbove(price, average)) {
      return { intents: [enterLong({ reason: "closed above the average" })] };
    }
    if (position.side === "long" && crossedBelow(price, average)) {
      return { intents: [exit({ reason: "closed below the average" })] };
    }
  },
});
`;
}

function profileText(name: string, identifier: string): string {
  return `import { defineProfile, equity } from "../../core/index.ts";
import { ${identifier} } from "../${name}.ts";

/** Apple from 2013 to 2018, which comes with the install; put your own data in its place. */
export const ${identifier}Profile = defineProfile(${identifier}, {
  name: "${name}",
  universe: [equity("AAPL")],
  sizing: { kind: "equity-fraction", fraction: 0.95 },
  // No order leaves past these; core/risk/README.md lists all that there are.
  limits: { maxGrossExposure: 1, maxDailyLoss: 0.05 },
  data: { AAPL: { path: "npm:@observablehq/sample-datasets/aapl.csv", adjust: "adjclose" } },
});
`;
}

function testText(name: string, identifier: string): string {
  return `import { expect, test } from "vitest";
import { DEFAULTS, runReplay } from "../../functions/replay/run.ts";
import { ${identifier}Profile } from "../../strategies/profiles/${name}.ts";

test("${name} trades on the sample data, alike in memory and through JSON", async () => {
  const request = { ...DEFAULTS, profiles: [${identifier}Profile] };
  const identity = { commit: null, version: "test" };
  const memory = await runReplay(request, identity);
  const strict = await runReplay({ ...request, fidelity: "strict" }, identity);
  const [profile] = memory.result.profiles;
  expect(profile?.fills.length).toBeGreaterThan(0);
  expect(strict.result.profiles[0]?.orderListHash).toBe(profile?.orderListHash);
});
`;
}
