import * as z from "zod";
import { faultKinds, otherFaultKinds } from "./faults.ts";
import type { RunOutcome } from "./simulate.ts";

const count = z.int().min(0);

/** What some runs came to, as plain data: parts of several threads make one. */
export const tallyPart = z.strictObject({
  runs: count,
  broken: count,
  turns: count,
  orders: count,
  fills: count,
  faults: z.record(z.string(), count),
  /** Awaits that were walked through, by job and call. */
  seen: z.array(z.string()),
  /** Awaits at which a run crashed, with on which side of the effect. */
  crashed: z.array(z.string()),
});
export type TallyPart = Readonly<z.output<typeof tallyPart>>;

/** What many runs came to. */
export class Tally {
  private runs = 0;
  private broken = 0;
  private turns = 0;
  private orders = 0;
  private fills = 0;
  private readonly faults = new Map<string, number>(
    [...faultKinds, ...otherFaultKinds].map((kind) => [kind, 0]),
  );
  private readonly seen = new Set<string>();
  private readonly crashed = new Set<string>();
  private readonly startedMs = performance.now();
  /** Runs of an earlier process, which count for nothing in the speed. */
  private before = 0;

  add({ violations, turns, orders, fills, injected, seen }: RunOutcome): void {
    const faults: Record<string, number> = {};
    for (const { kind } of injected) faults[kind] = (faults[kind] ?? 0) + 1;
    const crashes = injected.filter(({ kind }) => kind.startsWith("crash"));
    this.merge({
      ...{ runs: 1, broken: violations.length > 0 ? 1 : 0, turns, orders, fills, faults },
      seen: [...seen],
      crashed: crashes.map(({ job, call, kind }) => `${job}: ${call} ${kind}`),
    });
  }

  /** Adds what other runs came to. */
  merge(part: TallyPart): void {
    this.runs += part.runs;
    this.broken += part.broken;
    this.turns += part.turns;
    this.orders += part.orders;
    this.fills += part.fills;
    for (const [kind, times] of Object.entries(part.faults)) {
      this.faults.set(kind, (this.faults.get(kind) ?? 0) + times);
    }
    for (const one of part.seen) this.seen.add(one);
    for (const one of part.crashed) this.crashed.add(one);
  }

  /** Takes up what an earlier process has counted. */
  resume(part: TallyPart): void {
    this.merge(part);
    this.before += part.runs;
  }

  /** All of it as plain data. */
  part(): TallyPart {
    const { runs, broken, turns, orders, fills } = this;
    const faults = Object.fromEntries(this.faults);
    return {
      runs,
      broken,
      turns,
      orders,
      fills,
      faults,
      seen: this.awaits,
      crashed: [...this.crashed],
    };
  }

  /** Every await that was walked through, by name. */
  get awaits(): string[] {
    return [...this.seen].sort();
  }

  /** Awaits at which no run has crashed both before and after the effect. */
  get uncrashed(): readonly string[] {
    return this.awaits.filter((one) =>
      ["crash before", "crash after"].some((kind) => !this.crashed.has(`${one} ${kind}`)),
    );
  }

  /** The figures, for machines. */
  figures() {
    const seconds = (performance.now() - this.startedMs) / 1000;
    return {
      runs: this.runs,
      runsWithViolations: this.broken,
      turns: this.turns,
      ordersSent: this.orders,
      fills: this.fills,
      faults: Object.fromEntries(this.faults),
      awaitsCovered: this.seen.size,
      awaitsCrashedBothSides: this.seen.size - this.uncrashed.length,
      runsPerSecond: Number(((this.runs - this.before) / seconds).toFixed(1)),
    };
  }

  /** The same for people. */
  text(): string {
    const { faults, ...figures } = this.figures();
    const lines = Object.entries({ ...figures, ...faults }).map(
      ([name, value]) => `${words(name).padEnd(26)}${value.toLocaleString("en-US").padStart(14)}`,
    );
    return lines.join("\n");
  }
}

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
