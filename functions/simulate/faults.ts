import { Dice } from "./dice.ts";

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
  "delayed",
  "stale read",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What goes wrong beside the calls of a job. */
export const otherFaultKinds = [
  "delivered twice",
  "delivered late",
  "partial batch",
  "update told twice",
  "update missed",
  "socket dropped",
  "socket mute",
  "partial fill",
  "venue rejection",
  "slow cancel",
  "clock skew",
  "lease lost in a pause",
  "deploy",
  "unreadable to the older version",
] as const;
export type OtherFaultKind = (typeof otherFaultKinds)[number];

/** A fault that was injected, for the story of a run. */
export interface Injected {
  /** By which it can be left out of another run; 0 for what the dice of the run itself decided. */
  readonly number: number;
  readonly timeMs: number;
  readonly job: string;
  readonly call: string;
  readonly kind: FaultKind | OtherFaultKind;
}

/** Who says what goes wrong, and when. */
export interface FaultSource {
  readonly injected: Injected[];
  /** Off while a run comes to rest. */
  isOn: boolean;
  /** Luck of its own for what goes wrong beside the calls: leaving a fault out changes no other. */
  readonly luck: Dice;
  /** What goes wrong at a call, or null. */
  at(job: string, call: string, timeMs: number): FaultKind | null;
  /** Whether something goes wrong beside the calls, as it does once in so many times. */
  happens(kind: OtherFaultKind, oneIn: number, what: string, timeMs: number): boolean;
  /** Something went wrong by the dice of the run itself. */
  note(kind: OtherFaultKind, what: string, timeMs: number): void;
}

/** Calls at which somebody else may have been first. */
const RACES: ReadonlySet<string> = new Set(["store.commit"]);

/** Calls that ask and change nothing: their answers may be old when they come. */
const READS: ReadonlySet<string> = new Set([
  "store.profile",
  "store.book",
  "journal.order",
  "switches.halts",
  "leases.find",
  "venue.find",
  "venue.openOrders",
  "venue.positions",
  "venue.balances",
  "venue.fillsSince",
]);

/** All calls that change nothing: whoever dies there leaves what it left by its last change. */
const ASKS: ReadonlySet<string> = new Set([
  ...READS,
  "switches.all",
  "journal.event",
  "journal.ofOrder",
  "journal.read",
]);

/** What a run of faults is drawn from. */
export interface FaultOptions {
  /** One call in so many fails; 0 for none, and then nothing else goes wrong by these dice. */
  readonly oneIn: number;
  /** Those that may happen, by number; null lets all. */
  readonly only?: ReadonlySet<number> | undefined;
  /** Kinds that do not happen. */
  readonly without?: ReadonlySet<OtherFaultKind> | undefined;
}

/**
 * Draws the faults of a run. Each has a number, so that a failing run can be had again with fewer
 * of them.
 */
export class Faults implements FaultSource {
  readonly injected: Injected[] = [];
  isOn = true;
  readonly luck: Dice;
  private drawn = 0;
  private readonly dice: Dice;
  private readonly options: FaultOptions;

  constructor(dice: Dice, luck: Dice, options: FaultOptions) {
    this.dice = dice;
    this.luck = luck;
    this.options = options;
  }

  at(job: string, call: string, timeMs: number): FaultKind | null {
    if (!this.isOn || !this.dice.oneIn(this.options.oneIn)) return null;
    const kind = this.dice.pick(faultKinds);
    if (kind === "lost race" && !RACES.has(call)) return null;
    if (kind === "stale read" && !READS.has(call)) return null;
    // A request that is under way for longer than its timeout is given up by the client itself.
    if (kind === "pause before" && call.startsWith("venue.")) return null;
    return this.inject({ timeMs, job, call, kind }) ? kind : null;
  }

  happens(kind: OtherFaultKind, oneIn: number, what: string, timeMs: number): boolean {
    if (!this.isOn || this.options.oneIn === 0 || this.options.without?.has(kind)) return false;
    if (!this.luck.oneIn(oneIn)) return false;
    return this.inject({ timeMs, job: "outside", call: what, kind });
  }

  note(kind: OtherFaultKind, what: string, timeMs: number): void {
    this.injected.push({ number: 0, timeMs, job: "outside", call: what, kind });
  }

  private inject(one: Omit<Injected, "number">): boolean {
    this.drawn += 1;
    if (this.options.only?.has(this.drawn) === false) return false;
    this.injected.push({ number: this.drawn, ...one });
    return true;
  }
}

/** A crash at a call, by its number among all calls of the run; the first is 1. */
export interface Crash {
  readonly at: number;
  readonly kind: "crash before" | "crash after";
}

/** What a scenario itself has go wrong: at the first so many calls of a name, or beside them. */
export interface GivenFault {
  /** A call such as `venue.submit`, of any job or, as `execute: venue.submit`, of one. */
  readonly call: string;
  readonly times: number;
  readonly kind: FaultKind | OtherFaultKind;
}

/** Crashes at named calls and nowhere else, and counts the calls at which it might have. */
export class PlannedFaults implements FaultSource {
  readonly injected: Injected[] = [];
  isOn = true;
  readonly luck = new Dice(1);
  /** Calls so far while faults were on. */
  calls = 0;
  /** Those of them that change something, by number. */
  readonly changes: number[] = [];
  private readonly crashes: ReadonlyMap<number, Crash["kind"]>;

  private readonly given: (Omit<GivenFault, "times"> & { times: number })[];

  constructor(crashes: readonly Crash[], given: readonly GivenFault[] = []) {
    this.given = given.map((one) => ({ ...one }));
    this.crashes = new Map(crashes.map(({ at, kind }) => [at, kind]));
  }

  at(job: string, call: string, timeMs: number): FaultKind | null {
    if (!this.isOn) return null;
    this.calls += 1;
    if (!ASKS.has(call)) this.changes.push(this.calls);
    const kind = this.crashes.get(this.calls) ?? this.givenAt(job, call);
    if (kind === null) return null;
    this.injected.push({ number: this.calls, timeMs, job, call, kind });
    return kind;
  }

  /** Nothing but what the scenario itself has happen. */
  happens(kind: OtherFaultKind, _oneIn: number, what: string, timeMs: number): boolean {
    const found = this.given.find((one) => one.kind === kind && one.times > 0);
    if (!this.isOn || found === undefined) return false;
    found.times -= 1;
    this.injected.push({ number: 0, timeMs, job: "outside", call: what, kind });
    return true;
  }

  note(): void {}

  private givenAt(job: string, call: string): FaultKind | null {
    const names = [call, `${job}: ${call}`];
    for (const one of this.given) {
      const kind = faultKinds.find((known) => known === one.kind);
      if (kind === undefined || one.times === 0 || !names.includes(one.call)) continue;
      one.times -= 1;
      return kind;
    }
    return null;
  }
}
