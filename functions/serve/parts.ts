import { InvariantError } from "../../core/domain/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Fence } from "../../core/ports/lease.ts";
import type { MarketData } from "../../core/ports/marketData.ts";
import type { Notifier } from "../../core/ports/notifier.ts";
import type { OnceJob, Scheduler } from "../../core/ports/scheduler.ts";
import type { VenueAccount } from "../../core/ports/venueAccount.ts";
import { fenced } from "../../core/runtime/fenced.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { Runner } from "../../core/strategy/runner.ts";
import { LocalLeases } from "../localStore/localLeases.ts";
import type { LocalStore } from "../localStore/localStore.ts";
import { LocalSwitches } from "../localStore/localSwitches.ts";

/** What a server of one machine is put together from. */
export interface Parts {
  readonly profiles: readonly CompiledProfile[];
  readonly store: LocalStore;
  /** What writes are made under; nothing where nobody else can write. */
  readonly fence?: (() => Fence) | undefined;
  readonly clock: Clock;
  readonly marketData: MarketData;
  readonly notifier: Notifier;
  venue(account: string): VenueAccount;
}

/** The ports of one process on one machine. Bars up to `activeFromMs` only warm the indicators. */
export function localPorts(parts: Parts, activeFromMs: number): LivePorts {
  const { profiles, store, fence, clock, marketData, notifier } = parts;
  const runners = new Map(profiles.map((one) => [one.name, new Runner(one, activeFromMs)]));
  return {
    store: fence === undefined ? store : fenced(store, fence),
    journal: store,
    switches: new LocalSwitches(store.tables),
    clock,
    marketData,
    notifier,
    venue: parts.venue,
    runner(name) {
      const runner = runners.get(name);
      if (runner === undefined) throw new InvariantError(`profile ${name} does not run here`);
      return runner;
    },
    leases: new LocalLeases(store.tables),
    scheduler: OWN_CLOCK,
  };
}

/** The engine looks at every schedule at every tick: nothing has to be planned ahead. */
const OWN_CLOCK: Scheduler = {
  once: async (_job: OnceJob) => "existed",
  remove: async () => {},
};
