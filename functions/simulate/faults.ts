import type { Dice } from "./dice.ts";

/** What can go wrong at a call of a port. */
export const faultKinds = [
  "crash before",
  "crash after",
  "timeout before",
  "timeout after",
  "lost race",
  "throttled",
  "pause before",
  "pause after",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault that was injected, for the story of a run. */
export interface Injected {
  readonly number: number;
  readonly timeMs: number;
  readonly job: string;
  readonly call: string;
  readonly kind: FaultKind;
}

/** Calls at which somebody else may have been first. */
const RACES: ReadonlySet<string> = new Set(["store.commit"]);

/**
 * Draws the faults of a run. Each has a number, so that a failing run can be had again with fewer
 * of them.
 */
export class Faults {
  readonly injected: Injected[] = [];
  /** Off while a run comes to rest. */
  isOn = true;
  private drawn = 0;
  private readonly dice: Dice;
  private readonly oneIn: number;
  private readonly only: ReadonlySet<number> | null;

  /** One call in so many fails; `only` names those that may, by number, and null lets all. */
  constructor(dice: Dice, oneIn: number, only: ReadonlySet<number> | null = null) {
    this.dice = dice;
    this.oneIn = oneIn;
    this.only = only;
  }

  /** What goes wrong at a call, or null. */
  at(job: string, call: string, timeMs: number): FaultKind | null {
    if (!this.isOn || !this.dice.oneIn(this.oneIn)) return null;
    const kind = this.dice.pick(faultKinds);
    if (kind === "lost race" && !RACES.has(call)) return null;
    // A request that is under way for longer than its timeout is given up by the client itself.
    if (kind === "pause before" && call.startsWith("venue.")) return null;
    this.drawn += 1;
    if (this.only !== null && !this.only.has(this.drawn)) return null;
    this.injected.push({ number: this.drawn, timeMs, job, call, kind });
    return kind;
  }
}
