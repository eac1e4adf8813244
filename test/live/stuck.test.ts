import { expect, test } from "vitest";
import type { OrderRequest } from "../../core/domain/order.ts";
import { bookEvents } from "../../core/runtime/bookHandler.ts";
import { tellStuck } from "../../core/runtime/stuck.ts";
import { partiesOf } from "../../core/strategy/draft.ts";
import { request } from "../execution/fixtures.ts";
import { scripted } from "../runtime/scripted.ts";
import { deskOf } from "./desk.ts";

const MINUTE = 60_000;

test("an order that was decided and never sent is told of after ten minutes, once an hour", async () => {
  const desk = await deskOf(scripted({}, { kind: "immediate" }), "1m");
  const { ports, name, time, notices } = desk;
  const order: OrderRequest = request({ id: "stop", account: name, profile: "worked" });
  const data = { ...partiesOf(order), request: order };
  const times = { eventTimeMs: 0, receivedTimeMs: 0, causationId: "split" };
  await bookEvents(ports, name, () => [
    { ...times, type: "order.requested.v1", id: "stop.requested", data },
  ]);
  const at = async (minutes: number) => {
    time.nowMs = minutes * MINUTE;
    return [await tellStuck(ports, name), notices.length];
  };
  expect(await at(10)).toEqual([0, 0]);
  expect(await at(11)).toEqual([1, 1]);
  expect(notices[0]?.text).toMatch(/^stop: .* requested since /);
  expect(await at(30)).toEqual([1, 1]);
  expect(await at(72)).toEqual([1, 2]);
  await bookEvents(ports, name, () => [
    {
      ...times,
      type: "order.denied.v1",
      id: "stop.denied",
      data: { ...partiesOf(order), limit: "test", reason: "test", checks: [] },
    },
  ]);
  expect(await at(200)).toEqual([0, 2]);
});
