import { expect, test } from "vitest";
import { equity } from "../../core/domain/instruments.ts";
import { MINUTE_MS } from "../../core/domain/time.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { minutes, OPEN_MS, type Row } from "../exchange/rigs.ts";
import { d, request } from "../execution/fixtures.ts";
import { knownAs, told, venueOn } from "./rigs.ts";

const leg = { side: "sell", timeInForce: "gtc", ocoGroup: "g", parentId: "e1" } as const;
const stop = request({ id: "stop", ...leg, role: "stop-loss", type: "stop", stopPrice: d("95") });
const target = request({
  id: "target",
  ...leg,
  role: "take-profit",
  type: "limit",
  limitPrice: d("110"),
});

/** The local exchange over minutes of these prices, and a clock that is moved by hand. */
function rig(prices: readonly number[]) {
  const rows = prices.map((price): Row => [price, price, price, price]);
  const exchange = createExchange({ feeds: [minutes(equity("SPY"), rows)] });
  const fetchApi = (url: string | URL | Request, init?: RequestInit) =>
    exchange.fetch(new Request(url, init));
  const pass = () => exchange.advanceTo(exchange.nowMs + MINUTE_MS);
  exchange.advanceTo(OPEN_MS + MINUTE_MS);
  return { fetchApi, pass, venue: venueOn(fetchApi) };
}

test("the stop of a bracket is moved by our ids and trades at its new price", async () => {
  const { venue, pass } = rig([100, 100, 100, 98, 98]);
  const entry = request({ id: "e1", timeInForce: "day" });
  await venue.submit([entry, stop, target], 5);
  pass();
  expect(told(await venue.find("e1"))).toEqual(["e1 accepted", "e1 filled 10 @ 100 complete"]);
  const higher = { ...stop, id: "s2", stopPrice: d("99"), replaces: "stop" };
  const moved = told(await venue.replace("stop", higher, 6));
  expect(moved[0]).toBe("stop replaced by s2");
  pass();
  pass();
  const [, fill] = told(await venue.find("s2"));
  expect(fill).toMatch(/^s2 filled 10 @ 98/);
  expect(told(await venue.find("target")).at(-1)).toMatch(/^target cancelled/);
});

test("legs that are sent when their entry has filled are one OCO, named alike later", async () => {
  const { venue, fetchApi, pass } = rig([100, 100, 100, 111, 111]);
  await venue.submit([request({ id: "e1" })], 5);
  pass();
  const sent = told(await venue.submit([stop, target], 6));
  expect(sent).toEqual(["target accepted", "stop held"]);
  const fresh = venueOn(fetchApi, {
    known: () => [knownAs(stop, "held"), knownAs(target, "accepted")],
  });
  const open = await fresh.openOrders();
  expect(open.map(({ orderId }) => orderId).sort()).toEqual(["stop", "target"]);
  pass();
  pass();
  const filled = told(await fresh.find("target"))[1];
  expect(filled).toMatch(/^target filled 10 @ 11\d complete/);
  expect(told(await fresh.find("stop")).at(-1)).toMatch(/^stop cancelled/);
});

test("legs of a filled entry are known each time that open orders are looked at", async () => {
  const { venue, fetchApi, pass } = rig([100, 100, 100, 100]);
  await venue.submit([request({ id: "e1" }), stop], 5);
  pass();
  const known = () => [knownAs(stop, "accepted")];
  for (const one of [venue, venueOn(fetchApi, { known })]) {
    for (const _look of [1, 2, 3]) {
      expect((await one.openOrders()).map(({ orderId }) => orderId)).toEqual(["stop"]);
    }
  }
});
