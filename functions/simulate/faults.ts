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

/** Who says what goes wrong, and when. */
export interface FaultSource {
  readonly injected: Injected[];
  /** Off while a run comes to rest. */
  isOn: boolean;
  /** What goes wrong at a call, or null. */
  at(job: string, call: string, timeMs: number): FaultKind | null;
}

/** Calls at which somebody else may have been first. */
const RACES: ReadonlySet<string> = new Set(["store.commit"]);

/**
 * Draws the faults of a run. Each has a number, so that a failing run can be had again with fewer
 * of them.
 */
export class Faults implements FaultSource {
  readonly injected: Injected[] = [];
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

/** A crash at a call, by its number among all calls of the run; the first is 1. */
export interface Crash {
  readonly at: number;
  readonly kind: "crash before" | "crash after";
}

/** What a scenario itself has go wrong: at the first so many calls of a name. */
export interface GivenFault {
  /** A call such as `venue.submit`, of any job or, as `execute: venue.submit`, of one. */
  readonly call: string;
  readonly times: number;
  readonly kind: FaultKind;
}

/** Crashes at named calls and nowhere else, and counts the calls at which it might have. */
export class PlannedFaults implements FaultSource {
  readonly injected: Injected[] = [];
  isOn = true;
  /** Calls so far while faults were on. */
  calls = 0;
  private readonly crashes: ReadonlyMap<number, Crash["kind"]>;

  private readonly given: { readonly call: string; times: number; readonly kind: FaultKind }[];

  constructor(crashes: readonly Crash[], given: readonly GivenFault[] = []) {
    this.given = given.map((one) => ({ ...one }));
    this.crashes = new Map(crashes.map(({ at, kind }) => [at, kind]));
  }

  at(job: string, call: string, timeMs: number): FaultKind | null {
    if (!this.isOn) return null;
    this.calls += 1;
    const kind = this.crashes.get(this.calls) ?? this.givenAt(job, call);
    if (kind === null) return null;
    this.injected.push({ number: this.calls, timeMs, job, call, kind });
    return kind;
  }

  private givenAt(job: string, call: string): FaultKind | null {
    const names = [call, `${job}: ${call}`];
    const found = this.given.find((one) => names.includes(one.call) && one.times > 0);
    if (found === undefined) return null;
    found.times -= 1;
    return found.kind;
  }
}
