import { describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { applyToBook } from "../../core/domain/ledger.ts";
import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import type { Journal } from "../../core/ports/journal.ts";
import { lifeOf, NONE, OPENED, signal } from "./events.ts";
import type { Open, Subject } from "./subject.ts";

const ID = "mix.SPY.1d.7.0";

/** What the journal beside a store promises. */
export function journalContract(name: string, open: Open): void {
  describe(`${name} keeps the promises of a journal`, () => {
    days(open);
    lives(open);
    large(open);
    outbox(open);
  });
}

function days(open: Open): void {
  test("a day is read page by page to its end, each event once and in order", async () => {
    const { store, journal, date } = await open();
    for (let i = 0; i < 6; i += 2) {
      await store.commit({ ...NONE, events: [signal(i), signal(i + 1)], dedupe: null });
    }
    await store.commit({ ...NONE, events: [signal(6)], dedupe: null });
    const all = Array.from({ length: 7 }, (_, i) => `signal.${i}`);
    for (const limit of [1, 3, 7, 100]) {
      expect(await idsOf(journal, date, limit)).toEqual(all);
    }
    const none = await journal.read({ date: "1999-01-04", after: null, limit: 3 });
    expect(none).toEqual({ entries: [], next: null });
  });

  test("positions sort in the order of commits, and go on after any of them", async () => {
    const { store, journal, date } = await open();
    for (const i of [3, 1, 2]) {
      await store.commit({ ...NONE, events: [signal(i), signal(i + 10)], dedupe: null });
    }
    const { entries } = await journal.read({ date, after: null, limit: 100 });
    const positions = entries.map(({ position }) => position);
    expect([...new Set(positions)].sort()).toEqual(positions);
    for (const [i, { position }] of entries.entries()) {
      const rest = await journal.read({ date, after: position, limit: 100 });
      expect(rest.entries.map(({ event }) => event.id)).toEqual(
        entries.slice(i + 1).map(({ event }) => event.id),
      );
    }
  });

  test("an event is found by its id, whole", async () => {
    const { store, journal } = await open();
    await store.commit({ ...NONE, events: [signal(1), signal(12)], dedupe: null });
    expect(await journal.event("signal.12")).toEqual(signal(12));
    expect(await journal.event("signal.1")).toEqual(signal(1));
    expect(await journal.event("signal")).toBeUndefined();
    expect(await journal.event("signal.1.2")).toBeUndefined();
  });
}

function lives(open: Open): void {
  const { requested, approved, submitted, cancelled, fill } = lifeOf(ID);

  test("an order's life is found by its id, and so is each event", async () => {
    const subject = await open();
    const { journal } = subject;
    const events = [requested, approved, submitted, fill("4"), cancelled];
    await booked(subject, [[requested, approved], [submitted], [fill("4")], [cancelled]]);
    expect(await journal.ofOrder(ID)).toEqual(events);
    expect(await journal.ofOrder("mix.SPY.1d.7")).toEqual([]);
    for (const event of events) expect(await journal.event(event.id)).toEqual(event);
    expect(await journal.event(`${ID}.nothing`)).toBeUndefined();
  });

  test("an order stands as its last event left it, exact, while open and when final", async () => {
    const subject = await open();
    const { journal } = subject;
    await booked(subject, [[requested, approved], [submitted]]);
    expect(await journal.order(ID)).toMatchObject({ status: "submitted", attempts: 1 });
    await booked(subject, [[fill("4")]]);
    expect((await subject.store.book("main"))?.value.orders).toEqual([await journal.order(ID)]);
    await booked(subject, [[cancelled]]);
    expect((await subject.store.book("main"))?.value.orders).toEqual([]);
    expect(await journal.order(ID)).toMatchObject({
      request: requested.data.request,
      status: "cancelled",
      filledQuantity: decimal("4"),
      filledNotional: decimal("2160.493827156"),
      fees: decimal("0.000000001"),
      executions: ["x1"],
    });
    expect(await journal.order("mix.SPY.1d.7")).toBeUndefined();
  });

  test("a late fill is known to a final order, so that it is booked once", async () => {
    const subject = await open();
    await booked(subject, [[requested, approved], [submitted], [cancelled]]);
    const before = await subject.journal.order(ID);
    await booked(subject, [[fill("4", "late")]], before);
    expect(await subject.journal.order(ID)).toMatchObject({
      status: "cancelled",
      executions: ["late"],
    });
  });

  test("an order that lived through a split is known as the split left it", async () => {
    const subject = await open();
    await booked(subject, [[requested, approved], [submitted]]);
    await booked(subject, [[split]]);
    expect((await subject.journal.order(ID))?.request.quantity).toBe(decimal("20"));
    await booked(subject, [[fill("20", "x1", true)]]);
    expect(await subject.journal.order(ID)).toMatchObject({
      status: "filled",
      filledQuantity: decimal("20"),
    });
  });
}

function large(open: Open): void {
  test("a commit of many hundred events is one commit", async () => {
    const { store, journal, date } = await open();
    const events = Array.from({ length: 250 }, (_, i) => signal(i));
    await store.commit({ ...NONE, events, dedupe: "many" });
    expect(await idsOf(journal, date, 1000)).toEqual(events.map(({ id }) => id));
    expect(await journal.event("signal.249")).toEqual(signal(249));
    const repeat = async () => store.commit({ ...NONE, events, dedupe: "many" });
    await expect(repeat()).rejects.toMatchObject({ repeatOf: "many" });
    expect(await idsOf(journal, date, 1000)).toHaveLength(250);
  });

  test("orders of a commit of many hundred events are known as all others", async () => {
    const subject = await open();
    const ids = Array.from({ length: 60 }, (_, i) => `mix.S${i}.1d.7.0`);
    await booked(subject, [ids.flatMap((id) => [lifeOf(id).requested, lifeOf(id).approved])]);
    await booked(subject, [[lifeOf("mix.S59.1d.7.0").cancelled]]);
    const { journal } = subject;
    expect((await journal.order("mix.S0.1d.7.0"))?.status).toBe("approved");
    expect((await journal.order("mix.S59.1d.7.0"))?.status).toBe("cancelled");
    expect(await journal.ofOrder("mix.S59.1d.7.0")).toHaveLength(3);
  });
}

function outbox(open: Open): void {
  test("the outbox tells everything once, in the order of commits", async (context) => {
    const { store, outbox } = await open();
    // A table's own stream takes the place of an outbox.
    if (outbox === undefined) return context.skip();
    for (let i = 0; i < 4; i += 1) {
      await store.commit({ ...NONE, events: [signal(i)], dedupe: null });
    }
    const two = await outbox.pending(2);
    expect(two.map(({ event }) => event.id)).toEqual(["signal.0", "signal.1"]);
    expect(await outbox.pending(2)).toEqual(two);
    await outbox.published(two[0]?.position ?? "");
    expect((await outbox.pending(9))[0]?.event.id).toBe("signal.1");
    await outbox.published((await outbox.pending(9)).at(-1)?.position ?? "");
    expect(await outbox.pending(9)).toEqual([]);
    await store.commit({ ...NONE, events: [signal(4)], dedupe: null });
    expect((await outbox.pending(9)).map(({ event }) => event.id)).toEqual(["signal.4"]);
  });
}

const split: EventOf<"corporate-action.applied.v1"> = {
  type: "corporate-action.applied.v1",
  id: "split.SPY",
  eventTimeMs: signal(0).eventTimeMs,
  receivedTimeMs: signal(0).receivedTimeMs,
  causationId: "split.SPY",
  data: { symbol: "SPY", kind: "split", value: decimal("2"), priceFactor: 0.5, newSymbol: null },
};

/** Books events as handlers do, one commit each; opens the book where it is not there. */
async function booked(
  { store }: Subject,
  commits: readonly (readonly DomainEvent[])[],
  order?: Awaited<ReturnType<Journal["order"]>>,
): Promise<void> {
  for (const events of commits) {
    const kept = await store.book("main");
    let book = kept?.value ?? OPENED;
    for (const event of events) book = applyToBook(book, event, { order });
    const bookVersion = kept?.version ?? 0;
    await store.commit({ ...NONE, account: "main", bookVersion, book, events, dedupe: null });
  }
}

async function idsOf(journal: Journal, date: string, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page = await journal.read({ date, after, limit });
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    ids.push(...page.entries.map(({ event }) => event.id));
    after = page.next;
  } while (after !== null);
  return ids;
}
