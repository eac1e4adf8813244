import Table from "cli-table3";
import { grademarkCross } from "./grademark.ts";
import { indicatorRates } from "./indicators.ts";
import { loadingRates } from "./loading.ts";
import { awaitLoop, type CrossOutcome, rawLoop } from "./rawLoop.ts";
import { machine, median, processorMs } from "./report.ts";
import { randomWalk } from "./series.ts";
import { crossReplay } from "./worlds.ts";

const SEED = 7;
const BARS = 1_000_000;
const WIDE = 100;
const WIDE_BARS = 10_000;
const GRADEMARK_BARS = 100_000;
const STRICT_BARS = 5_000;
const ROUNDS = 5;

/** A contender: does its work once and says how many bars a second it made. */
interface Contender {
  readonly name: string;
  readonly bars: number;
  run(): Promise<CrossOutcome & { readonly busyMs: number }>;
}

const one = randomWalk(BARS, SEED);
const many = Array.from({ length: WIDE }, (_, i) => randomWalk(WIDE_BARS, SEED + i));
const short = randomWalk(GRADEMARK_BARS, SEED);
const tiny = randomWalk(STRICT_BARS, SEED);

function timed(work: () => CrossOutcome) {
  return async () => {
    const startedMs = processorMs();
    const outcome = work();
    return { ...outcome, busyMs: processorMs() - startedMs };
  };
}

const contenders: readonly Contender[] = [
  { name: "raw loop, 1 instrument", bars: BARS, run: timed(() => rawLoop(one, 10, 30)) },
  { name: "raw loop with an await a bar", bars: BARS, run: () => awaitLoop(one, 10, 30) },
  { name: "memory, 1 instrument", bars: BARS, run: () => crossReplay([one], "memory") },
  {
    name: "memory, 1 instrument, slow cross",
    bars: BARS,
    run: () => crossReplay([one], "memory", { fast: 500, slow: 5000 }),
  },
  {
    name: "memory, 100 on one clock",
    bars: WIDE * WIDE_BARS,
    run: () => crossReplay(many, "memory"),
  },
  {
    name: "memory, 100 on one clock, slow cross",
    bars: WIDE * WIDE_BARS,
    run: () => crossReplay(many, "memory", { fast: 500, slow: 5000 }),
  },
  {
    name: "memory, the signals of grademark",
    bars: GRADEMARK_BARS,
    run: () => crossReplay([short], "memory", { fast: 10, slow: 30, rests: true }),
  },
  { name: "grademark 0.3.0", bars: GRADEMARK_BARS, run: () => grademarkCross(short, 10, 30) },
  { name: "strict, 1 instrument", bars: STRICT_BARS, run: () => crossReplay([tiny], "strict") },
];

/** Contenders on the same bars must have traded alike before their speed says anything. */
const MUST_AGREE: readonly (readonly [string, string])[] = [
  ["raw loop, 1 instrument", "memory, 1 instrument"],
  ["raw loop, 1 instrument", "raw loop with an await a bar"],
  ["grademark 0.3.0", "memory, the signals of grademark"],
];

/** Prints how fast replays, indicators and loading are, beside what else does the same. */
export async function replayBench(): Promise<void> {
  const rates = new Map<string, number[]>();
  const outcomes = new Map<string, CrossOutcome>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, bars, run } of contenders) {
      const { busyMs, ...outcome } = await run();
      rates.set(name, [...(rates.get(name) ?? []), bars / busyMs / 1000]);
      outcomes.set(name, outcome);
    }
  }
  for (const [a, b] of MUST_AGREE) {
    const [x, y] = [outcomes.get(a), outcomes.get(b)];
    if (x?.fills !== y?.fills || x?.equity !== y?.equity) {
      throw new Error(`${a} and ${b} differ: ${JSON.stringify(x)} ${JSON.stringify(y)}`);
    }
  }

  const rateOf = (name: string) => median(rates.get(name) ?? []);
  const raw = rateOf("raw loop, 1 instrument");

  const table = new Table({ head: ["replay of an SMA cross", "M bars/s", "of raw loop", "fills"] });
  for (const { name } of contenders) {
    const rate = rateOf(name);
    const fills = outcomes.get(name)?.fills ?? 0;
    table.push([name, rate.toFixed(3), (rate / raw).toFixed(3), String(fills)]);
  }
  const ratio = rateOf("memory, the signals of grademark") / rateOf("grademark 0.3.0");
  console.log(machine());
  console.log(
    `medians of ${ROUNDS} interleaved rounds, seed ${SEED}; fills and equity checked equal first;\n` +
      "seconds are those of processors, all threads of the process together",
  );
  console.log(table.toString());
  console.log(`memory over grademark on the same bars: ${ratio.toFixed(2)} times`);
  console.log(await indicatorRates(one));
  console.log(await loadingRates());
  console.log(`peak memory of all of it: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
}
