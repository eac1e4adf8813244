import * as z from "zod";
import type { Awaitable } from "./venue.ts";

/** What a kill switch stops. */
export interface SwitchScope {
  readonly kind: "all" | "account" | "profile";
  /** Name of the account or profile; `all` for everything. */
  readonly name: string;
}

/**
 * What happens when a switch is turned on, beside that no entry is sent any more: `stop` nothing,
 * `cancel` working entries are cancelled, `flatten` all orders are, and positions are closed.
 */
export const haltAction = z.enum(["stop", "cancel", "flatten"]);
export type HaltAction = z.output<typeof haltAction>;

/** A kill switch that is on, as it is kept. */
export const halt = z.object({
  kind: z.enum(["all", "account", "profile"]),
  name: z.string(),
  reason: z.string(),
  /** Who turned it: a person, a webhook, a rule, the watchdog. */
  by: z.string(),
  sinceMs: z.number(),
  /** `cancel` where it is left out. */
  action: haltAction.optional(),
});
export type Halt = Readonly<z.output<typeof halt>>;

/** Kill switches, read consistently right before anything is sent. */
export interface Switches {
  /** Every halt that concerns an order of this profile in this account. */
  halts(profile: string, account: string): Awaitable<readonly Halt[]>;
  /** All that is halted. */
  all(): Awaitable<readonly Halt[]>;
  /** Turning on what is on leaves the first reason and time; a stronger action takes over. */
  halt(halt: Halt): Awaitable<void>;
  resume(scope: SwitchScope): Awaitable<void>;
}
