import { TransientError } from "../domain/errors.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { Timeframe } from "../domain/timeframe.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import { isTrigger, type Trigger } from "../strategy/decide.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { tradersOf } from "../strategy/shadowed.ts";
import { parentOf } from "../strategy/work.ts";

/** Where an event goes: to an account's way to its venue, or to profiles that decide on it. */
export interface Route {
  /** Account whose orders are to be sent, cancelled or replaced; null for none. */
  readonly execute: string | null;
  /** Names of the profiles that decide on the event. */
  readonly decide: readonly string[];
  /** Those of them that may not order: they come last in `decide`. */
  readonly shadows: readonly CompiledProfile[];
}

const NOBODY: readonly string[] = [];
const NOWHERE: Route = { execute: null, decide: [], shadows: [] };

/** Who follows which events: what the rules of a deployed bus say, as a table. */
export class Audience {
  private readonly profiles: ReadonlyMap<string, CompiledProfile>;
  private readonly accounts: ReadonlySet<string>;
  /** Profiles that decide and may not order. */
  readonly shadows: ReadonlySet<string>;

  constructor(profiles: readonly CompiledProfile[]) {
    const shadows = profiles.filter(({ shadowOf }) => shadowOf !== null);
    const ordered = shadows.length === 0 ? profiles : [...tradersOf(profiles), ...shadows];
    this.profiles = new Map(ordered.map((profile) => [profile.name, profile]));
    this.shadows = new Set(shadows.map(({ name }) => name));
    this.accounts = new Set(profiles.map(({ account }) => account.name));
  }

  /** How old the last comparison of an account with its venue may be when an entry is sent, ms. */
  comparedWithinMs(account: string): number {
    const own = [...this.profiles.values()].filter((one) => one.account.name === account);
    return Math.min(...own.map((one) => one.account.limits.deadManMinutes)) * MINUTE_MS;
  }

  /**
   * Refuses to decide for a profile that is not known here. While a deploy is under way the older
   * version is handed events of a profile that came with the newer: dropped, they would be lost;
   * refused, they come again and to the newer sooner or later. Those of a profile that was taken
   * away end where somebody sees them.
   * @throws TransientError naming the profile.
   */
  expectProfile({ type, data }: Trigger): void {
    if (!("profile" in data) || this.profiles.has(data.profile)) return;
    throw new TransientError(`${type}: profile ${data.profile} is not known here`, 30_000);
  }

  /**
   * Where an event goes. Orders go by their account, whether or not their profile is known here;
   * other events of profiles that do not run here go nowhere.
   */
  routeOf(event: DomainEvent): Route {
    switch (event.type) {
      case "order.approved.v1":
      case "order.cancel-requested.v1":
      case "order.replace-requested.v1":
      // An order's end may set legs free that its venue does not hold.
      case "order.filled.v1":
      case "order.cancelled.v1":
      case "order.expired.v1":
      case "order.rejected.v1": {
        if (!this.accounts.has(event.data.account)) return NOWHERE;
        const decide = isTrigger(event) ? this.deciders(event) : [];
        return this.to(event.data.account, decide);
      }
      default:
        return isTrigger(event) ? this.to(null, this.deciders(event)) : NOWHERE;
    }
  }

  private to(execute: string | null, decide: readonly string[]): Route {
    if (this.shadows.size === 0) return { execute, decide, shadows: NOWHERE.shadows };
    const own = decide.map((name) => this.profiles.get(name));
    const shadows = own.filter((one) => one !== undefined && one.shadowOf !== null);
    return { execute, decide, shadows: shadows.filter((one) => one !== undefined) };
  }

  private deciders(event: Trigger): readonly string[] {
    switch (event.type) {
      case "bars.closed.v1":
        return this.named((one) => hears(one, event.data.timeframe));
      case "quote.received.v1":
        return this.named(({ strategy }) => strategy.onQuote !== undefined, event.data.symbol);
      case "trade.received.v1":
        return this.named(({ strategy }) => strategy.onTrade !== undefined, event.data.symbol);
      case "sessions.announced.v1":
        return this.named(({ calendar }) => calendar.id === event.data.calendar);
      case "asset.changed.v1":
      case "trading-status.changed.v1":
      case "corporate-action.applied.v1":
        return this.named(() => true, event.data.symbol);
      case "order.filled.v1":
        return this.named(
          ({ name, shadowOf, strategy }) =>
            (name === event.data.profile &&
              (strategy.onFill !== undefined || parentOf(event.data.orderId) !== null)) ||
            (shadowOf === event.data.profile && strategy.onFill !== undefined),
        );
      case "order.cancelled.v1":
      case "order.rejected.v1":
      case "order.expired.v1":
      case "order.denied.v1":
        if (parentOf(event.data.orderId) === null) return NOBODY;
        return this.named(({ name }) => name === event.data.profile);
      case "execution.due.v1":
        return this.named(({ name }) => name === event.data.profile);
      case "signal.received.v1":
      case "schedule.fired.v1":
        // A shadow has none of its own: it hears those of the profile that it shadows.
        return this.named(({ name, shadowOf }) => (shadowOf ?? name) === event.data.profile);
    }
  }

  private named(follows: (one: CompiledProfile) => boolean, symbol?: string): readonly string[] {
    return [...this.profiles.values()]
      .filter((one) => symbol === undefined || one.universe.has(symbol))
      .filter(follows)
      .map(({ name }) => name);
  }
}

/** Whether a profile takes in bars of a time frame, its own or one that an indicator asked for. */
export function hears({ timeframe, framed }: CompiledProfile, asked: string): boolean {
  if (timeframe === asked) return true;
  for (const frame of framed.keys()) if (frame === asked) return true;
  return false;
}

/** Every time frame that some profile takes in, coarsest first. */
export function framesHeard(
  profiles: readonly CompiledProfile[],
  all: readonly Timeframe[],
): readonly Timeframe[] {
  return [...all].reverse().filter((frame) => profiles.some((one) => hears(one, frame)));
}
