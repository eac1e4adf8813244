import { ConflictError, InvariantError, TransientError } from "../../core/domain/errors.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { Notice } from "../../core/ports/notifier.ts";
import type { Awaitable, VenueReport } from "../../core/ports/venue.ts";
import type { VenueAccount } from "../../core/ports/venueAccount.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { Runner } from "../../core/strategy/runner.ts";
import type { FaultKind, FaultSource } from "./faults.ts";
import type { Invariants } from "./invariants.ts";
import type { Job } from "./job.ts";
import type { PlantedBug } from "./plantedBug.ts";
import type { Rollout } from "./rollout.ts";
import type { SimulatedWorld } from "./world.ts";

/** What ports need beyond the world itself. */
export interface System extends SimulatedWorld {
  readonly faults: FaultSource;
  readonly rollout: Rollout;
  readonly profiles: readonly CompiledProfile[];
  readonly invariants: Invariants;
  readonly bug: PlantedBug;
  readonly notices: Notice[];
  /** Awaits that were walked through, by job and call. */
  readonly seen: Set<string>;
  /** Something was committed that is to be published. */
  published(): void;
  /** The venue says something over its stream. */
  hear(reports: readonly VenueReport[]): void;
}

/** A platform calls anew what has not answered for so long, ms; a paused process may be slower. */
const GIVEN_UP_MS = 30_000;
const PAUSES_MS = [45_000, 130_000] as const;

/** How long a call or an answer is on its way that is slow and does come, ms. */
const SLOW_MS = [300, 1_500, 4_000] as const;

/** A port's call on its way: it waits for its turn, and may fail before or after its effect. */
export type Call = <T>(label: string, effect: () => Awaitable<T>) => Promise<T>;

/** Calls of one job: each is an await at which anything can happen. */
export function callsOf(system: System, job: Job): Call {
  return async <T>(label: string, effect: () => Awaitable<T>): Promise<T> => {
    const { time, dice, faults } = system;
    await time.turn(dice.between(0, 25));
    if (faults.isOn) system.seen.add(`${job.name}: ${label}`);
    const fault = faults.at(job.name, label, time.nowMs);
    if (fault !== null) await before(system, job, fault);
    const value = await effect();
    if (fault === "crash after") return job.crash();
    if (fault === "pause after") await pause(system, job);
    if (fault === "stale read") await time.turn(dice.pick(SLOW_MS));
    if (fault === "timeout after") throw new TransientError("no answer came", 1_000);
    return value;
  };
}

/** The process stands still, and goes on long after others have taken over. */
function pause({ time, dice }: System, job: Job): Promise<void> {
  void time.turn(GIVEN_UP_MS).then(() => job.giveUp());
  return time.turn(dice.pick(PAUSES_MS));
}

async function before(system: System, job: Job, fault: FaultKind): Promise<void> {
  switch (fault) {
    case "crash before":
      return job.crash();
    case "timeout before":
      throw new TransientError("nothing arrived", 1_000);
    case "throttled":
      throw new TransientError("too many requests", 1_000);
    case "lost race":
      throw new ConflictError("another writer was first");
    case "pause before":
      return pause(system, job);
    case "delayed":
      return system.time.turn(system.dice.pick(SLOW_MS));
    default:
      return;
  }
}

/** The ports of one job, every call of which may fail. */
export function portsOf(system: System, job: Job): LivePorts {
  const { books, time, market, invariants } = system;
  const call = callsOf(system, job);
  // Whoever meets an event of an unknown type in the journal must not guess at the rest.
  const legible = <T extends DomainEvent | undefined>(events: readonly T[]) => {
    for (const event of events)
      if (event !== undefined) system.rollout.read(job.version, event, time.nowMs);
    return events;
  };
  const absent = (): never => {
    throw new InvariantError("not part of a simulation");
  };
  const ports: LivePorts = {
    store: {
      profile: (name) => call("store.profile", () => books.profile(name)),
      book: (account) => call("store.book", () => books.book(account)),
      commit: (commit) =>
        call("store.commit", () => {
          noteLostLease(system, job);
          books.commit(commit);
          system.rollout.wrote(job.version, commit.events, time.nowMs);
          invariants.committed(commit, job);
          system.published();
        }),
    },
    journal: {
      event: (id) => call("journal.event", () => legible([books.event(id)])[0]),
      ofOrder: (id) => call("journal.ofOrder", () => legible(books.ofOrder(id))),
      order: (id) => call("journal.order", () => books.order(id)),
      read: (query) => call("journal.read", () => books.read(query)),
    },
    switches: {
      halts: (profile, account) =>
        call("switches.halts", () => system.switches.halts(profile, account)),
      all: () => call("switches.all", () => system.switches.all()),
      halt: (halt) => call("switches.halt", () => system.switches.halt(halt)),
      resume: (scope) => call("switches.resume", () => system.switches.resume(scope)),
    },
    clock: { nowMs: () => time.nowMs + job.skewMs },
    venue: () => venueOf(call, market.account, system, job),
    runner: (name) => {
      const known = system.rollout.of(job.version).profiles;
      const profile = known.find((one) => one.name === name);
      if (profile === undefined) return absent();
      return new Runner(profile);
    },
    leases: {
      acquire: (...asked) => call("leases.acquire", () => books.leases.acquire(...asked)),
      renew: (...asked) => call("leases.renew", () => books.leases.renew(...asked)),
      release: (lease) => call("leases.release", () => books.leases.release(lease)),
      find: (name) => call("leases.find", () => books.leases.find(name)),
    },
    scheduler: { once: absent, remove: absent },
    marketData: { bars: absent, calendar: absent, assets: absent },
    notifier: { notify: async (notice) => void system.notices.push(notice) },
  };
  return system.bug.ports?.(ports, system, job) ?? ports;
}

/** What the venue will not have, whole as it was sent; such an order never comes to exist there. */
function refusedBy(
  { faults, time }: System,
  requests: readonly OrderRequest[],
): readonly VenueReport[] | null {
  const [first] = requests;
  if (first === undefined) return null;
  if (!faults.happens("venue rejection", 12, first.id, time.nowMs)) return null;
  const timeMs = time.nowMs;
  const reason = "the venue will not have it";
  return requests.map(({ id }) => ({ kind: "rejected", orderId: id, timeMs, reason }));
}

/** A leader that was paused for too long finds its lease in other hands as it writes. */
function noteLostLease(system: System, { lease, name }: Job): void {
  if (lease === null || system.epochOf(lease.name) === lease.epoch) return;
  system.faults.note("lease lost in a pause", name, system.time.nowMs);
}

function venueOf(call: Call, account: VenueAccount, system: System, job: Job): VenueAccount {
  const { time, invariants, faults } = system;
  const { luck } = faults;
  // What an answer says comes over the stream too, as from Alpaca: either may be lost.
  const told = async (answer: Awaitable<readonly VenueReport[]>) => {
    const reports = await answer;
    system.hear(reports);
    return reports;
  };
  return {
    submit: (requests) =>
      call("venue.submit", () => {
        invariants.submitted(requests, job);
        const refused = refusedBy(system, requests);
        // What was never taken is not told of over the stream.
        return refused ?? told(account.submit(requests, time.nowMs));
      }),
    cancel: (id) =>
      call("venue.cancel", () => {
        if (!faults.happens("slow cancel", 5, id, time.nowMs)) {
          return told(account.cancel(id, time.nowMs));
        }
        // The venue has taken it, and gets to it later: until then the order may trade.
        const later = time.turn(luck.between(2_000, 40_000));
        void later.then(() => told(account.cancel(id, time.nowMs)));
        return [];
      }),
    replace: (id, request) =>
      call("venue.replace", () => {
        invariants.submitted([request], job);
        return told(account.replace(id, request, time.nowMs));
      }),
    find: (id) => call("venue.find", () => account.find(id)),
    openOrders: () => call("venue.openOrders", () => account.openOrders()),
    positions: () => call("venue.positions", () => account.positions()),
    balances: () => call("venue.balances", () => account.balances()),
    fillsSince: (timeMs) => call("venue.fillsSince", () => account.fillsSince(timeMs)),
  };
}
