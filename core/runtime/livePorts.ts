import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import type { Leases } from "../ports/lease.ts";
import type { MarketData } from "../ports/marketData.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { Scheduler } from "../ports/scheduler.ts";
import type { Switches } from "../ports/switches.ts";
import type { VenueAccount } from "../ports/venueAccount.ts";
import type { Ports } from "./ports.ts";

/** What trading needs beyond what a replay does: time passes by itself, and others act too. */
export interface LivePorts extends Ports {
  venue(account: string): VenueAccount;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly switches: Switches;
  readonly leases: Leases;
  readonly scheduler: Scheduler;
  readonly marketData: MarketData;
  readonly notifier: Notifier;
}
