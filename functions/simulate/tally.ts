import { faultKinds } from "./faults.ts";
import type { RunOutcome } from "./simulate.ts";

/** What many runs came to. */
export class Tally {
  private runs = 0;
  private broken = 0;
  private turns = 0;
  private orders = 0;
  private fills = 0;
  private readonly faults = new Map<string, number>(faultKinds.map((kind) => [kind, 0]));
  private readonly seen = new Set<string>();
  private readonly startedMs = performance.now();

  add({ violations, turns, orders, fills, injected, seen }: RunOutcome): void {
    this.runs += 1;
    if (violations.length > 0) this.broken += 1;
    this.turns += turns;
    this.orders += orders;
    this.fills += fills;
    for (const { kind } of injected) this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
    for (const one of seen) this.seen.add(one);
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
      runsPerSecond: Number((this.runs / seconds).toFixed(1)),
    };
  }

  /** The same for people. */
  text(): string {
    const { faults, ...figures } = this.figures();
    const lines = Object.entries({ ...figures, ...faults }).map(
      ([name, value]) => `${words(name).padEnd(22)}${value.toLocaleString("en-US").padStart(12)}`,
    );
    return lines.join("\n");
  }
}

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
