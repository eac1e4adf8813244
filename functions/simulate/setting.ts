import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { EventOf } from "../../core/events/catalogue.ts";
import type { HaltAction } from "../../core/ports/switches.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import type { Dice } from "./dice.ts";
import type { FaultSource, GivenFault } from "./faults.ts";

/** The account that all profiles of a run share. */
export const ACCOUNT = "main";

/** When the session of a run opens: a Monday without holidays. */
export const OPEN_MS = newYorkTimeMs("2024-07-01", "09:30");

/** When the next one opens, where a run goes on for a night. */
export const NEXT_OPEN_MS = newYorkTimeMs("2024-07-02", "09:30");

/** A minute, ms. */
export const MINUTE_MS = 60_000;

/** A bar of the market, prices in cents. */
export interface CentBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** A night in which an instrument is split. */
export interface Night {
  readonly afterMinute: number;
  readonly symbol: string;
  readonly ratio: string;
}

/** A newer version of the profiles that takes over: from its beginning to its end both run. */
export interface Deploy {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly profiles: readonly CompiledProfile[];
}

/** What somebody outside wants by a signal. */
export interface Wanted {
  readonly profile: string;
  readonly symbol: string;
  readonly action: EventOf<"signal.received.v1">["data"]["action"];
  /** For how long it counts, ms; ten minutes when left out. */
  readonly forMs?: number;
}

/** What people and programs can do that the system does not own. */
export interface Actors {
  /** Waits until some seconds after the run's start. */
  until(seconds: number): Promise<void>;
  /** Six signals of the dice's choice, some time within. */
  callers(withinMs: number): Promise<void>;
  /** Sends a signal until it is accepted, and so often again; null lets the dice say. */
  signal(id: string, wanted: Wanted, repeats: number | null): Promise<void>;
  /** Lets a schedule fire. */
  fire(profile: string, schedule: string): void;
  /** Stops everything, or lets it go on. */
  halt(action?: HaltAction): void;
  resume(): void;
  /** A person who now and then stops everything, and later lets it go on. */
  operator(minutes: number): Promise<void>;
}

/** What happens around the system in a run: who trades, what the market does, who acts when. */
export interface Setting {
  readonly name: string;
  /** How long faults happen, in minutes of trading. */
  readonly minutes: number;
  /** How long it rests then: minutes with bars, and minutes without. */
  readonly rest: readonly [number, number];
  readonly profiles: readonly CompiledProfile[];
  /** How the venue fills: the share of a bar's volume (null for all) and its delay. */
  readonly venue: { readonly participation: number | null; readonly latencyMs: number };
  /** The bar of an instrument; asked minute by minute, from 0 on. */
  bar(symbol: string, minute: number): CentBar;
  /** For how long the stream of updates goes dark from a minute's close on, ms; null for not. */
  drops(minute: number, dice: Dice): number | null;
  /** How often the books are compared with the venue's, ms; a minute when left out. */
  readonly reconcileMs?: number;
  /** A split between two sessions: after which minute, of what, and how many shares for one. */
  readonly night?: Night;
  /** The deploy in the middle of the run, if there is one; asked once, at its start. */
  deploy?(faults: FaultSource): Deploy | null;
  /** What goes wrong in this setting whatever else does. */
  readonly given?: readonly GivenFault[];
  /** Lets people and programs act that the system does not own. */
  act(actors: Actors): Promise<void>;
}
