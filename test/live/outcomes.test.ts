import { describe, expect, test } from "vitest";
import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import { handleTrigger } from "../../core/runtime/decideHandler.ts";
import { EVENTS_ALONE } from "../../core/runtime/ingest.ts";
import { outcomesOf } from "../../core/runtime/outcomes.ts";
import { takeSnapshots } from "../../core/runtime/takeSnapshots.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { deskOf } from "./desk.ts";
import { feeds, profile } from "./minutes.ts";

const own = [compileProfile(profile())];

async function traded() {
  const desk = await deskOf(profile(), "1m");
  await takeSnapshots(desk.store, own, 0, "start");
  await desk.play(feeds());
  return desk;
}

const journalOf = ({ store }: Awaited<ReturnType<typeof traded>>) =>
  store.entries.map(({ event }) => event);

describe("how the triggers of a day ended", () => {
  test("every bar of every instrument has ended in something, orders and quiet ones alike", async () => {
    const found = outcomesOf(own, journalOf(await traded()));
    const closes = found.filter(({ trigger }) => trigger === "bars.closed.v1");
    expect(new Set(closes.map(({ cause }) => cause)).size).toBe(390);
    const perClose = new Map<string, number>();
    for (const { cause, instruments } of closes) {
      perClose.set(cause, (perClose.get(cause) ?? 0) + instruments);
    }
    expect([...perClose.values()].every((instruments) => instruments === 3)).toBe(true);
    const orders = found.filter(({ outcome }) => outcome === "order");
    expect(orders.length).toBeGreaterThan(0);
    for (const { reason, symbol } of orders) expect([reason === "", symbol]).not.toContain(null);
    expect(closes.some(({ outcome }) => outcome === "no-intent")).toBe(true);
  });

  test("an order that the gate refused has ended by its limit", async () => {
    const desk = await traded();
    const day = journalOf(desk);
    const approved = day.find(({ type }) => type === "order.approved.v1");
    if (approved?.type !== "order.approved.v1") throw new Error("expected an order");
    const { account, profile: name, orderId } = approved.data;
    const refused = { account, profile: name, orderId, limit: "kill-switch", reason: "a drill" };
    const data = { ...refused, checks: [] };
    const denied: DomainEvent = { ...approved, type: "order.denied.v1", id: "denied", data };
    expect(outcomesOf(own, [...day, denied])).toContainEqual(
      expect.objectContaining({ outcome: "denied: kill-switch", reason: "a drill" }),
    );
  });

  test("signals that nobody acts on, and jobs that were not run, have ended too", async () => {
    const desk = await traded();
    const times = { eventTimeMs: 1, receivedTimeMs: 1_800_000_000_000 };
    const of = (id: string) => ({ id, causationId: id, ...times });
    const signal: EventOf<"signal.received.v1"> = {
      ...of("signal.1"),
      type: "signal.received.v1",
      data: {
        signalId: "1",
        profile: "minutes",
        symbol: "AAA",
        action: "buy",
        price: null,
        quantity: null,
        maxQuantity: null,
        source: "",
        comment: "",
        expiresAtMs: 1_900_000_000_000,
      },
    };
    const missed: DomainEvent = {
      ...of("job.1"),
      type: "job.missed.v1",
      data: { job: "close", profile: "minutes", dueTimeMs: 1, reason: "an hour late" },
    };
    const day = [...journalOf(desk), signal, missed];
    const last = { cause: "job.1", outcome: "missed", reason: "close: an hour late" };
    // Nobody has handled it as long as nothing says so.
    const waiting = { cause: "signal.1", outcome: "not-decided" };
    expect(outcomesOf(own, day).slice(-2)).toMatchObject([waiting, last]);
    await desk.store.commit({
      ...EVENTS_ALONE,
      events: [signal],
      dedupe: null,
    });
    desk.time.nowMs = signal.receivedTimeMs;
    await handleTrigger(desk.ports, "minutes", signal);
    expect(outcomesOf(own, journalOf(desk)).at(-1)).toMatchObject({
      cause: "signal.1",
      symbol: "AAA",
      outcome: "not-handled",
    });
  });

  test("a profile that was halted says so for all that comes after", async () => {
    const desk = await traded();
    const kept = await desk.store.profile("minutes");
    const halted = { ...(kept?.value ?? {}), halted: "it threw" };
    const snapshot = journalOf(desk).map((event) =>
      event.type === "snapshot.taken.v1" && event.data.kind === "profile"
        ? { ...event, data: { ...event.data, text: JSON.stringify(halted) } }
        : event,
    );
    const quiet = outcomesOf(own, snapshot).filter(({ outcome }) => outcome === "halted");
    expect(quiet.length).toBeGreaterThan(300);
    expect(quiet[0]).toMatchObject({ reason: "it threw" });
  });

  test("a day without snapshots cannot be worked out, and says so", () => {
    expect(() => outcomesOf(own, [])).toThrow(/^expected a day that starts with snapshots/);
  });
});
