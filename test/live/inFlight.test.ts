import { describe, expect, test } from "vitest";
import { orderOf } from "../../core/domain/ledger.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { DomainEvent, EventData } from "../../core/events/catalogue.ts";
import type { VenueReport } from "../../core/ports/venue.ts";
import type { RiskApproved } from "../../core/risk/approved.ts";
import { bookEvents, bookOf } from "../../core/runtime/bookHandler.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import { resolveInFlight } from "../../core/runtime/resolveHandler.ts";
import { partiesOf } from "../../core/strategy/draft.ts";
import { request } from "../execution/fixtures.ts";
import { scripted } from "../runtime/scripted.ts";
import { deskOf } from "./desk.ts";

const SENT_MS = 1_000;

/** An order whose answer was lost on the way, and a venue that knows it or does not. */
async function sent(changes: Partial<OrderRequest> = {}, cause = "bar") {
  const desk = await deskOf(scripted({}, { kind: "immediate" }), "1m");
  const { name, time } = desk;
  const order = request({ id: "entry", account: name, profile: "worked", ...changes });
  const parties = partiesOf(order);
  const at = { eventTimeMs: SENT_MS, receivedTimeMs: SENT_MS };
  const life: readonly DomainEvent[] = [
    {
      ...at,
      type: "order.requested.v1",
      id: "1",
      causationId: cause,
      data: { ...parties, request: order },
    },
    {
      ...at,
      type: "order.approved.v1",
      id: "2",
      causationId: cause,
      data: { ...parties, checks: [] },
    },
    {
      ...at,
      type: "order.submitted.v1",
      id: "3",
      causationId: "2",
      data: { ...parties, attempt: 1 },
    },
  ];
  const venue = {
    asked: 0,
    submitted: [] as string[],
    knows: null as readonly VenueReport[] | null,
  };
  const ports = {
    ...desk.ports,
    venue: (one: string) => ({
      ...desk.ports.venue(one),
      find: async () => {
        venue.asked += 1;
        return venue.knows;
      },
      submit: async (orders: readonly RiskApproved[]) => {
        venue.submitted.push(...orders.map(({ id }) => id));
        return [];
      },
    }),
  };
  await bookEvents(ports, name, () => life);
  /** Looks so many seconds after it was sent. */
  const look = async (seconds: number) => {
    time.nowMs = SENT_MS + seconds * 1_000;
    await resolveInFlight(ports, name);
    return orderOf(await bookOf(ports, name), "entry")?.status ?? "over";
  };
  return { ...desk, ports, venue, look };
}

describe("an order in flight", () => {
  test("is asked for after two seconds, and what the venue knows of it is booked", async () => {
    const { look, venue } = await sent();
    expect([await look(1.9), venue.asked]).toEqual(["submitted", 0]);
    expect([await look(2), venue.asked]).toEqual(["submitted", 1]);
    venue.knows = [
      { kind: "accepted", orderId: "entry", timeMs: 0, venueOrderId: "v", held: false },
    ];
    expect([await look(3), venue.asked]).toEqual(["accepted", 2]);
    expect([await look(4), venue.asked]).toEqual(["accepted", 2]);
    expect(venue.submitted).toEqual([]);
  });

  test("is sent again under the same id, once the venue did not know it for ten seconds", async () => {
    const { look, venue } = await sent();
    expect([await look(9.9), venue.submitted]).toEqual(["submitted", []]);
    expect([await look(10), venue.submitted]).toEqual(["submitted", ["entry"]]);
    // The next look counts from this sending.
    expect([await look(19), venue.submitted.length]).toEqual(["submitted", 1]);
    expect([await look(20), venue.submitted.length]).toEqual(["submitted", 2]);
    expect([await look(30), venue.submitted.length]).toEqual(["over", 2]);
  });

  test("is paged after thirty seconds, and never taken for a failure while it may have arrived", async () => {
    const { look, venue, notices } = await sent();
    venue.knows = [];
    expect(await look(29)).toBe("submitted");
    expect(notices).toEqual([]);
    expect(await look(30)).toBe("submitted");
    expect(notices).toMatchObject([
      { severity: "page", title: "The venue has not answered for 30 s", key: "in-flight.entry" },
    ]);
    expect(await look(3_600)).toBe("submitted");
    expect(venue.submitted).toEqual([]);
  });

  test("that opens a position is not sent again later than a minute, one that closes is", async () => {
    const late = await sent();
    expect([await late.look(61), late.venue.submitted]).toEqual(["over", []]);
    const exit = await sent({ role: "stop-loss", type: "stop" });
    expect([await exit.look(61), exit.venue.submitted]).toEqual(["submitted", ["entry"]]);
  });

  test("is ended rather than sent again under a halt, or on a signal that has expired", async () => {
    const halted = await sent();
    halted.store.halt({ kind: "all", name: "all", reason: "drill", by: "test", sinceMs: 0 });
    expect([await halted.look(10), halted.venue.submitted]).toEqual(["over", []]);
    const unsaid = { price: null, quantity: null, maxQuantity: null, source: "", comment: "" };
    const signal = (expiresAtMs: number): EventData<"signal.received.v1"> => ({
      ...{ ...unsaid, signalId: "s", profile: "worked", symbol: "SPY", action: "buy" },
      expiresAtMs,
    });
    for (const [expiresAtMs, outcome] of [
      [SENT_MS + 9_999, ["over", []]],
      [SENT_MS + 10_000, ["submitted", ["entry"]]],
    ] as const) {
      const { look, venue, store } = await sent({}, "signal");
      const times = { eventTimeMs: 0, receivedTimeMs: 0, causationId: "signal" };
      const data = signal(expiresAtMs);
      await ingest(store, { type: "signal.received.v1", id: "signal", ...times, data });
      expect([await look(10), venue.submitted]).toEqual(outcome);
    }
  });
});
