import { decimal } from "../../core/domain/decimal.ts";
import { TransientError } from "../../core/domain/errors.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { Commit } from "../../core/ports/store.ts";
import type { VenueAccount } from "../../core/ports/venueAccount.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { bugsOfDeploys } from "./deployBugs.ts";
import type { PlantedBug } from "./plantedBug.ts";
import type { SimulatedWorld } from "./world.ts";

/** The system as it is. */
export const NO_BUG: PlantedBug = { name: "none" };

/** Wraps what is committed. */
function committing(change: (commit: Commit, system: SimulatedWorld) => Commit) {
  return (ports: LivePorts, system: SimulatedWorld): LivePorts => ({
    ...ports,
    store: {
      profile: (name) => ports.store.profile(name),
      book: (account) => ports.store.book(account),
      commit: (commit) => ports.store.commit(change(commit, system)),
    },
  });
}

/** Wraps the venue. */
function trading(change: (venue: VenueAccount, system: SimulatedWorld) => Partial<VenueAccount>) {
  return (ports: LivePorts, system: SimulatedWorld): LivePorts => ({
    ...ports,
    venue: (account) => {
      const venue = ports.venue(account);
      return { ...venue, ...change(venue, system) };
    },
  });
}

const without = (commit: Commit, type: DomainEvent["type"]): Commit => ({
  ...commit,
  events: commit.events.filter((event) => event.type !== type),
});

let fresh = 0;

/** Known ways to lose money, each by taking one safeguard away. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "a repeat of an event is decided again",
    ports: committing((commit) => ({ ...commit, dedupe: null })),
  },
  {
    name: "an order is sent before that is written down",
    ports: committing((commit) => without(commit, "order.submitted.v1")),
  },
  {
    name: "a fill is not heard",
    withoutReconciling: true,
    reports: (reports, { dice }) =>
      reports.filter(({ kind }) => kind !== "filled" || !dice.oneIn(4)),
  },
  {
    name: "each repeat of a fill has an id of its own",
    reports: (reports) =>
      reports.map((one) => {
        if (one.kind !== "filled") return one;
        fresh += 1;
        return { ...one, executionId: `${one.executionId}.${fresh}` };
      }),
  },
  {
    name: "an order that is tried again has a new id",
    ports: trading((venue) => ({
      submit: (requests, nowMs) => {
        fresh += 1;
        return venue.submit(
          requests.map((one) => ({ ...one, id: `${one.id}-${fresh}` })),
          nowMs,
        );
      },
    })),
  },
  {
    name: "no answer is taken for a refusal",
    ports: trading((venue) => ({
      submit: async (requests, nowMs) => {
        try {
          return await venue.submit(requests, nowMs);
        } catch {
          return requests.map(({ id }) => {
            return { kind: "rejected", orderId: id, timeMs: nowMs, reason: "no answer" } as const;
          });
        }
      },
    })),
  },
  {
    name: "the lease is not looked at when writing",
    ports: committing((commit) => ({ ...commit, fence: undefined })),
  },
  {
    name: "an event is lost between the outbox and the bus",
    bus: (event, { dice }) => (event.type === "signal.received.v1" && dice.oneIn(2) ? null : event),
  },
  {
    name: "an approved order is lost between the outbox and the bus",
    bus: (event, { dice }) => (event.type === "order.approved.v1" && dice.oneIn(4) ? null : event),
  },
  {
    name: "the kill switch is not asked at the gate",
    ports: (ports) => ({ ...ports, switches: { ...ports.switches, halts: async () => [] } }),
  },
  {
    name: "a signal is acknowledged before it is stored",
    webhook: async (ports, event, { dice }) =>
      dice.oneIn(3) ? "taken" : ingest(ports.store, event).catch(() => "taken"),
  },
  {
    name: "a fill after a cancel is thrown away",
    ports: (ports) => ({
      ...ports,
      journal: { ...ports.journal, order: async () => undefined },
    }),
  },
  {
    name: "fees are forgotten",
    reports: (reports) =>
      reports.map((one) => (one.kind === "filled" ? { ...one, fee: decimal("0") } : one)),
    ports: trading((venue) => ({
      fillsSince: async (timeMs) =>
        (await venue.fillsSince(timeMs)).map((one) =>
          one.kind === "filled" ? { ...one, fee: decimal("0") } : one,
        ),
    })),
  },
  {
    name: "half of a fill is booked",
    reports: (reports) =>
      reports.map((one) => (one.kind === "filled" ? { ...one, quantity: one.quantity / 2n } : one)),
  },
  {
    name: "the price of a fill is rounded to the dollar",
    reports: (reports) =>
      reports.map((one) =>
        one.kind === "filled"
          ? { ...one, price: (one.price / 1_000_000_000n) * 1_000_000_000n }
          : one,
      ),
    ports: trading((venue) => ({
      fillsSince: async (timeMs) =>
        (await venue.fillsSince(timeMs)).map((one) =>
          one.kind === "filled"
            ? { ...one, price: (one.price / 1_000_000_000n) * 1_000_000_000n }
            : one,
        ),
    })),
  },
  {
    name: "orders in flight are never asked for",
    withoutReconciling: true,
    ports: trading(() => ({ find: async () => null })),
  },
  {
    name: "events are written without the book that they changed",
    ports: committing((commit, { dice }) =>
      commit.book !== null && commit.profile === null && dice.oneIn(15)
        ? { ...commit, account: null, book: null, bookVersion: 0 }
        : commit,
    ),
  },
  {
    name: "the book is written without its events",
    ports: committing((commit, { dice }) =>
      commit.book !== null && commit.profile === null && dice.oneIn(15)
        ? { ...commit, events: [] }
        : commit,
    ),
  },
  {
    name: "after a gap nothing is asked for",
    withoutReconciling: true,
    ports: trading(() => ({ fillsSince: async () => [], find: async () => null })),
  },
  {
    name: "a cancel is never sent",
    ports: trading(() => ({ cancel: () => [] })),
  },
  {
    name: "the last write wins",
    ports: (ports, { books }) => ({
      ...ports,
      store: {
        ...ports.store,
        commit: (commit) =>
          ports.store.commit({
            ...commit,
            bookVersion: commit.account === null ? 0 : (books.book(commit.account)?.version ?? 0),
            profileVersion:
              commit.profile === null ? 0 : (books.profile(commit.profile)?.version ?? 0),
          }),
      },
    }),
  },
  {
    name: "what was approved lately is forgotten",
    ports: (ports) => ({
      ...ports,
      store: {
        ...ports.store,
        profile: async (name) => {
          const kept = await ports.store.profile(name);
          return kept && { ...kept, value: { ...kept.value, recent: [] } };
        },
      },
    }),
  },
  {
    name: "the gate does not look at a signal's expiry",
    ports: (ports) => ({
      ...ports,
      journal: {
        ...ports.journal,
        event: async (id) => {
          const event = await ports.journal.event(id);
          if (event?.type !== "signal.received.v1") return event;
          return { ...event, data: { ...event.data, expiresAtMs: Number.MAX_SAFE_INTEGER } };
        },
      },
    }),
  },
  ...bugsOfDeploys,
  {
    name: "an error that passes is taken for the end",
    ports: (ports) => ({
      ...ports,
      store: {
        ...ports.store,
        commit: async (commit) => {
          try {
            await ports.store.commit(commit);
          } catch (error) {
            if (!(error instanceof TransientError)) throw error;
          }
        },
      },
    }),
  },
];
