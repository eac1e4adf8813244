import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import Table from "cli-table3";
import * as z from "zod";
import { Dice } from "../../functions/simulate/dice.ts";
import { knightDrill } from "../../functions/simulate/knight.ts";
import { plantedBugs } from "../../functions/simulate/plantedBugs.ts";
import { runUnits } from "../../functions/simulate/pool.ts";
import { scenarios } from "../../functions/simulate/scenarios.ts";
import { simulate } from "../../functions/simulate/simulate.ts";
import { Tally, tallyPart } from "../../functions/simulate/tally.ts";
import { crashUnits, type Unit } from "../../functions/simulate/unit.ts";
import { flood } from "../attack/flood.ts";
import { crashTest } from "../crash/drive.ts";
import { mutationScores } from "./mutationScore.ts";
import { machine } from "./report.ts";
import { secretTiming } from "./secretTiming.ts";
import { fuzzWebhook } from "./webhookFuzz.ts";

const RUNS = Number(process.env.SAFETY_RUNS ?? "400");
const KILLS = Number(process.env.SAFETY_KILLS ?? "20");
const BODIES = Number(process.env.SAFETY_BODIES ?? "50000");
const CONNECTIONS = Number(process.env.SAFETY_CONNECTIONS ?? "3000");
const SEED = Number(process.env.SAFETY_SEED ?? "20261121");
const THREADS = availableParallelism();

/** Seeds that a planted bug has to be caught in, as in test/simulate. */
const MOST_RUNS = 200;

/** What was tried to break it, and what came of it; `SAFETY_RUNS` and the like make it longer. */
export async function safetyBench(): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  console.log(`${machine()}, ${date}, seed ${SEED}, ${THREADS} threads\n`);
  const table = new Table({ head: ["what", "how many", "broken"], style: { head: [] } });
  const row = (what: string, count: number | string, broken: number | string) => {
    table.push([what, count.toLocaleString("en-US"), String(broken)]);
  };
  const random = await seeds();
  const { runs, runsWithViolations, runsPerSecond, faults } = random.figures();
  row("schedules with faults of every kind", runs, runsWithViolations);
  row("  of them a second", runsPerSecond, "");
  for (const [kind, count] of Object.entries(faults)) row(`  faults: ${kind}`, count, "");
  const crashes = await singleCrashes();
  const found = crashes.figures();
  row(
    `crashes at each of ${found.awaitsCovered} awaits, singles`,
    found.runs,
    found.runsWithViolations,
  );
  for (const [name, part] of kept()) row(`${name}, kept from before`, part.runs, part.broken);
  const caught = await bugsCaught();
  row("planted bugs that were caught", caught, `${plantedBugs.length - caught} were not`);
  const drill = await knightDrill({
    limits: { maxOrdersPerMinute: 10, maxPositionNotional: "15000" },
    reconcileMs: 2_000,
  });
  row("Knight drill: orders of so many asked", `${drill.sent} of ${drill.asked}`, "");
  row("  halt after the first hidden fill, ms", drill.haltAfterMs ?? "never", "");
  const webhook = await fuzzWebhook(BODIES, new Dice(SEED));
  row("webhook bodies and headers, mutated", BODIES, webhook.answered5xx);
  row("  all but one in a hundred within, ms", webhook.p99Ms.toFixed(2), "");
  row("  memory held more at the end, MB", webhook.grownMb.toFixed(0), "");
  const held = await flood({ connections: CONNECTIONS, forMs: 5_000 });
  row("connections of strangers at once", CONNECTIONS, held.isWell ? 0 : 1);
  row("  honest signals taken meanwhile", `${held.taken} of ${held.sent}`, "");
  row("  most memory of the webhook, MB", held.peakMb, "");
  const { oursNs, naiveNs } = secretTiming(SEED);
  row("wrong secrets: end less start, ns", oursNs.toFixed(1), "");
  row("  the same of a naive comparison, ns", naiveNs.toFixed(1), "");
  const killed = await crashTest({ kills: KILLS, seed: SEED });
  row("kill -9 of a trading server", killed.kills, killed.differences.length);
  row("  orders and fills among them", `${killed.orders} and ${killed.fills}`, "");
  const scores = mutationScores();
  if (scores.length === 0) row("mutation score", "not run here: npm run mutation", "");
  for (const { folder, percent, mutants, survived, date } of scores) {
    row(`mutants of ${folder}, ${percent.toFixed(1)} % found, ${date}`, mutants, survived);
  }
  console.log(table.toString());
}

async function seeds(): Promise<Tally> {
  const tally = new Tally();
  const at = (index: number): Unit => ({
    kind: "seeds",
    from: SEED + index * 10,
    count: 10,
    options: { faultOneIn: 20, reconciles: index % 3 !== 0 },
  });
  await runUnits({ count: Math.ceil(RUNS / 10), at }, 0, THREADS, ({ part }) => {
    tally.merge(part);
    return true;
  });
  return tally;
}

async function singleCrashes(): Promise<Tally> {
  const tally = new Tally();
  const units = await crashUnits(scenarios, "none");
  const [none] = units;
  if (none === undefined) return tally;
  const at = (index: number) => units[index] ?? none;
  await runUnits({ count: units.length, at }, 0, THREADS, ({ part }) => {
    tally.merge(part);
    return true;
  });
  return tally;
}

/** Long runs that were made by hand: their state files are in `reports`. */
function kept(): readonly (readonly [string, z.output<typeof tallyPart>])[] {
  const files = [
    ["schedules with faults", "reports/simulate.json"],
    ["crashes at pairs of awaits", "reports/pairs.json"],
  ] as const;
  return files.flatMap(([name, path]) => {
    if (!existsSync(path)) return [];
    const read = z.object({ tally: tallyPart }).safeParse(JSON.parse(readFileSync(path, "utf8")));
    return read.success ? [[name, read.data.tally] as const] : [];
  });
}

async function bugsCaught(): Promise<number> {
  let caught = 0;
  for (const bug of plantedBugs) {
    for (let seed = 0; seed < MOST_RUNS; seed += 1) {
      const { violations } = await simulate({ seed, bug, faultOneIn: 20 });
      if (violations.length === 0) continue;
      caught += 1;
      break;
    }
  }
  return caught;
}
