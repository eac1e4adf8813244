import { expect, test } from "vitest";
import { orderOf } from "../../core/domain/ledger.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { VenueReport } from "../../core/ports/venue.ts";
import { bookEvents, bookOf } from "../../core/runtime/bookHandler.ts";
import { resolveInFlight } from "../../core/runtime/resolveHandler.ts";
import { partiesOf } from "../../core/strategy/draft.ts";
import { request } from "../execution/fixtures.ts";
import { scripted } from "../runtime/scripted.ts";
import { deskOf } from "./desk.ts";

test("a cancel that nobody answered is asked for again, until the venue says how it stands", async () => {
  const desk = await deskOf(scripted({}, { kind: "immediate" }), "1m");
  const { name, time } = desk;
  const order = request({ id: "entry", account: name, profile: "worked" });
  const parties = partiesOf(order);
  const at = (timeMs: number, causationId: string) => {
    return { eventTimeMs: timeMs, receivedTimeMs: timeMs, causationId };
  };
  const asked: number[] = [];
  let says: readonly VenueReport[] = [];
  const cancel = async (_: string, nowMs: number) => {
    asked.push(nowMs);
    return says;
  };
  const ports = { ...desk.ports, venue: (one: string) => ({ ...desk.ports.venue(one), cancel }) };
  const life: readonly DomainEvent[] = [
    { type: "order.requested.v1", id: "1", ...at(0, "bar"), data: { ...parties, request: order } },
    { type: "order.approved.v1", id: "2", ...at(0, "bar"), data: { ...parties, checks: [] } },
    { type: "order.submitted.v1", id: "3", ...at(1, "2"), data: { ...parties, attempt: 1 } },
    {
      type: "order.accepted.v1",
      id: "4",
      ...at(2, "3"),
      data: { ...parties, venueOrderId: "v", held: false },
    },
    {
      type: "order.cancel-requested.v1",
      id: "5",
      ...at(3, "halt"),
      data: { ...parties, reason: "" },
    },
  ];
  await bookEvents(ports, name, () => life);
  const look = async (timeMs: number) => {
    time.nowMs = timeMs;
    await resolveInFlight(ports, name);
    return [asked.length, orderOf(await bookOf(ports, name), "entry")?.status ?? "over"];
  };
  expect(await look(29_000)).toEqual([0, "cancel-requested"]);
  expect(await look(31_000)).toEqual([1, "cancel-requested"]);
  says = [{ kind: "cancelled", orderId: "entry", timeMs: 40_000, reason: "asked for" }];
  expect(await look(40_000)).toEqual([2, "over"]);
  expect(await look(90_000)).toEqual([2, "over"]);
});
