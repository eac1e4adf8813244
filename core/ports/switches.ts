import type { Awaitable } from "./venue.ts";

/** What a kill switch stops. */
export interface SwitchScope {
  readonly kind: "all" | "account" | "profile";
  /** Name of the account or profile; `all` for everything. */
  readonly name: string;
}

/** A kill switch that is on. */
export interface Halt extends SwitchScope {
  readonly reason: string;
  /** Who turned it: a person, a webhook, a rule, the watchdog. */
  readonly by: string;
  readonly sinceMs: number;
}

/** Kill switches, read consistently right before anything is sent. */
export interface Switches {
  /** Every halt that concerns an order of this profile in this account. */
  halts(profile: string, account: string): Awaitable<readonly Halt[]>;
  /** All that is halted. */
  all(): Awaitable<readonly Halt[]>;
  /** Turning on what is on leaves the first reason and time. */
  halt(halt: Halt): Awaitable<void>;
  resume(scope: SwitchScope): Awaitable<void>;
}
