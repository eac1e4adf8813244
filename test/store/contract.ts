import { describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { ConflictError } from "../../core/domain/errors.ts";
import { emptyBook, openLedger } from "../../core/domain/ledger.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { Journal } from "../../core/ports/journal.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Switches } from "../../core/ports/switches.ts";
import { signal } from "./events.ts";

/** A store under test, empty. */
export interface Subject {
  readonly store: Store;
  readonly journal: Journal;
  readonly switches: Switches;
  /** The UTC date under which it files what is committed now. */
  readonly date: string;
}

const NONE = { profile: null, profileVersion: 0, profileState: null };
const NO_BOOK = { account: null, bookVersion: 0, book: null };
const ALONE = { ...NONE, ...NO_BOOK };

/** What every store promises, whatever it keeps its books in. */
export function storeContract(name: string, open: () => Promise<Subject>): void {
  describe(`${name} keeps the promises of a store`, () => {
    test("a book comes back exact to the billionth, with its version", async () => {
      const { store } = await open();
      const book = openLedger(emptyBook("main", "margin"), "mix", decimal("100000.000000001"));
      expect(await store.book("main")).toBeUndefined();
      await store.commit({
        ...NONE,
        account: "main",
        bookVersion: 0,
        book,
        events: [],
        dedupe: null,
      });
      expect(await store.book("main")).toMatchObject({ version: 1, value: book });
    });

    test("a lost race writes nothing at all", async () => {
      const { store, journal } = await open();
      const book = emptyBook("main", "margin");
      const first = { ...NONE, account: "main", bookVersion: 0, book, dedupe: null };
      await store.commit({ ...first, events: [signal(1)] });
      const late = async () => store.commit({ ...first, events: [signal(2)], dedupe: "b" });
      await expect(late()).rejects.toThrow(ConflictError);
      expect(await journal.event("signal.2")).toBeUndefined();
      expect((await store.book("main"))?.version).toBe(1);
      // It was no repeat: on fresh versions the same may come again.
      await store.commit({ ...first, bookVersion: 1, events: [signal(2)], dedupe: "b" });
      expect(await journal.event("signal.2")).toEqual(signal(2));
    });

    test("a repeat is told from a lost race, also with old versions", async () => {
      const { store } = await open();
      const book = emptyBook("main", "margin");
      const commit = { ...NONE, account: "main", bookVersion: 0, book, events: [], dedupe: "a" };
      await store.commit(commit);
      const repeat = async () => store.commit(commit);
      await expect(repeat()).rejects.toMatchObject({ name: "ConflictError", repeatOf: "a" });
    });

    test("of many writers at once on one version, one is first", async () => {
      const { store } = await open();
      const book = emptyBook("main", "margin");
      const commit = { ...NONE, account: "main", bookVersion: 0, book, events: [], dedupe: null };
      const told = await Promise.allSettled(
        Array.from({ length: 8 }, async () => store.commit(commit)),
      );
      expect(told.filter(({ status }) => status === "fulfilled").length).toBe(1);
      for (const one of told) {
        if (one.status === "rejected") expect(one.reason).toBeInstanceOf(ConflictError);
      }
      expect((await store.book("main"))?.version).toBe(1);
    });

    test("a day is read page by page to its end, each event once and in order", async () => {
      const { store, journal, date } = await open();
      for (let i = 0; i < 7; i += 1)
        await store.commit({ ...ALONE, events: [signal(i)], dedupe: null });
      const ids: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const page = await journal.read({ date, after, limit: 3 });
        ids.push(...page.entries.map(({ event }) => event.id));
        after = page.next;
        more = after !== null;
      }
      expect(ids).toEqual(Array.from({ length: 7 }, (_, i) => `signal.${i}`));
      expect((await journal.read({ date: "1999-01-04", after: null, limit: 3 })).entries).toEqual(
        [],
      );
    });

    test("an order's life is found by its id, and so is each event", async () => {
      const { store, journal } = await open();
      const events = life("mix.SPY.1d.7.0");
      for (const [i, event] of events.entries()) {
        await store.commit({ ...ALONE, events: [event], dedupe: `e${i}` });
      }
      expect(await journal.ofOrder("mix.SPY.1d.7.0")).toEqual(events);
      expect(await journal.ofOrder("mix.SPY.1d.7")).toEqual([]);
      expect(await journal.event("mix.SPY.1d.7.0.accepted")).toEqual(events[0]);
      expect(await journal.event("mix.SPY.1d.7.0.nothing")).toBeUndefined();
    });

    test("a commit of many hundred events is one commit", async () => {
      const { store, journal, date } = await open();
      const events = Array.from({ length: 700 }, (_, i) => signal(i));
      await store.commit({ ...ALONE, events, dedupe: "many" });
      const read = await journal.read({ date, after: null, limit: 1000 });
      expect(read.entries.map(({ event }) => event.id)).toEqual(events.map(({ id }) => id));
      expect(await journal.event("signal.699")).toEqual(signal(699));
    });

    test("a kill switch that is on keeps its first reason, until it is lifted", async () => {
      const { switches } = await open();
      const halt = {
        kind: "profile",
        name: "mix",
        reason: "drill",
        by: "test",
        sinceMs: 1,
      } as const;
      const all = { kind: "all", name: "all", reason: "storm", by: "test", sinceMs: 2 } as const;
      await switches.halt(halt);
      await switches.halt({ ...halt, reason: "again" });
      expect(await switches.halts("mix", "main")).toEqual([halt]);
      expect(await switches.halts("other", "main")).toEqual([]);
      await switches.halt(all);
      expect(await switches.halts("other", "main")).toEqual([all]);
      await switches.resume(halt);
      await switches.resume(all);
      expect(await switches.all()).toEqual([]);
    });
  });
}

function life(orderId: string): readonly DomainEvent[] {
  const of = { account: "main", profile: "mix", orderId };
  const times = { eventTimeMs: 1_000, receivedTimeMs: 1_000 };
  return [
    {
      type: "order.accepted.v1",
      id: `${orderId}.accepted`,
      ...times,
      causationId: `${orderId}.accepted`,
      data: { ...of, venueOrderId: "v1", held: false },
    },
    {
      type: "order.cancelled.v1",
      id: `${orderId}.cancelled`,
      ...times,
      causationId: `${orderId}.cancelled`,
      data: { ...of, reason: "by hand" },
    },
  ];
}
