import Table from "cli-table3";
import { type Answer, apart } from "./apart.ts";
import { BARS, contenders, SEED } from "./contenders.ts";
import { indicatorRates } from "./indicators.ts";
import { loadingRates } from "./loading.ts";
import { machine, median } from "./report.ts";
import { randomWalk } from "./series.ts";

const ROUNDS = 5;

/** Contenders on the same bars must have traded alike before their speed says anything. */
const MUST_AGREE: readonly (readonly [string, string])[] = [
  ["raw loop, 1 instrument", "memory, 1 instrument"],
  ["raw loop, 1 instrument", "raw loop with an await a bar"],
  ["grademark 0.3.0", "memory, the signals of grademark"],
];

/** Prints how fast replays, indicators and loading are, beside what else does the same. */
export async function replayBench(): Promise<void> {
  const rates = new Map<string, number[]>();
  const outcomes = new Map<string, Answer>();
  const processes = contenders.map((contender) => ({
    ...contender,
    process: apart(contender.name),
  }));
  // The first round only warms everyone up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, bars, process } of processes) {
      const answer = await process.run();
      if (round === 0) continue;
      rates.set(name, [...(rates.get(name) ?? []), bars / answer.busyMs / 1000]);
      outcomes.set(name, answer);
    }
  }
  for (const { process } of processes) process.stop();
  for (const [a, b] of MUST_AGREE) {
    const [x, y] = [outcomes.get(a), outcomes.get(b)];
    if (x?.fills !== y?.fills || x?.equity !== y?.equity) {
      throw new Error(`${a} and ${b} differ: ${JSON.stringify(x)} ${JSON.stringify(y)}`);
    }
  }

  const rateOf = (name: string) => median(rates.get(name) ?? []);
  const raw = rateOf("raw loop, 1 instrument");

  const table = new Table({
    head: ["replay of an SMA cross", "M bars/s", "of raw loop", "fills", "peak MB"],
  });
  for (const { name } of contenders) {
    const rate = rateOf(name);
    const { fills = 0, peakMb = 0 } = outcomes.get(name) ?? {};
    const ofRaw = (rate / raw).toFixed(3);
    table.push([name, rate.toFixed(3), ofRaw, String(fills), peakMb.toFixed(0)]);
  }
  const ratio = rateOf("memory, the signals of grademark") / rateOf("grademark 0.3.0");
  console.log(machine());
  console.log(
    `medians of ${ROUNDS} interleaved rounds, seed ${SEED}; fills and equity checked equal first;\n` +
      "each in a process of its own; seconds are those of processors, all threads together",
  );
  console.log(table.toString());
  console.log(`memory over grademark on the same bars: ${ratio.toFixed(2)} times`);
  console.log(await indicatorRates(randomWalk(BARS, SEED)));
  console.log(await loadingRates());
}
