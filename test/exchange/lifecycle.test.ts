import { describe, expect, it } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { fractionalEquity } from "../../core/domain/instruments.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import {
  columnsOf,
  DATE,
  flat,
  limit,
  market,
  minutes,
  OPEN_MS,
  quietRig,
  type Rig,
  rig,
} from "./rigs.ts";

interface Heard {
  readonly event: string;
  readonly execution_id: string;
  readonly timestamp: string;
  readonly price?: string;
  readonly qty?: string;
  readonly position_qty?: string;
  readonly order: Readonly<Record<string, unknown>>;
}

function heardBy({ exchange }: Rig): Heard[] {
  const heard: Heard[] = [];
  exchange.subscribe((update) => heard.push(update as unknown as Heard));
  return heard;
}
const eventsOf = (heard: readonly Heard[]) => heard.map(({ event }) => event);
const CLOSE = newYorkTimeMs(DATE, "16:00");

describe("an order", () => {
  it("that comes when the market is closed is accepted, and new at the open", async () => {
    const one = quietRig();
    one.exchange.advanceTo(CLOSE);
    const heard = heardBy(one);
    const { body } = await one.post(limit("buy", 1, 90, { time_in_force: "gtc" }));
    expect(body).toMatchObject({ status: "accepted", expires_at: "2024-09-01T20:15:00Z" });
    const early = await one.ask("PATCH", `/v2/orders/${body.id}`, { limit_price: "91" });
    expect(early).toMatchObject({ status: 422, body: { code: 42210000 } });
    one.exchange.advanceTo(newYorkTimeMs("2024-06-04", "09:30"));
    expect(eventsOf(heard)).toEqual(["accepted", "new"]);
    expect(heard[1]?.timestamp).toBe("2024-06-04T13:30:00Z");
    const replaced = await one.ask("PATCH", `/v2/orders/${body.id}`, { limit_price: "91" });
    expect(replaced).toMatchObject({ status: 200, body: { replaces: body.id, status: "new" } });
  });

  it("for the day expires with its session", async () => {
    const one = quietRig();
    const heard = heardBy(one);
    const { body } = await one.post(limit("buy", 1, 90));
    expect(body.expires_at).toBe("2024-06-03T20:00:00Z");
    one.exchange.advanceTo(CLOSE + 1000);
    expect(eventsOf(heard)).toEqual(["pending_new", "new", "expired"]);
    const gone = await one.ask("DELETE", `/v2/orders/${body.id}`);
    expect(gone.body.message).toBe('order is already in "expired" state');
    expect((await one.get("/v2/orders?status=closed")).body[0].expired_at).toMatch(/T20:00:00/);
  });

  it("is cancelled with 204, again with 204, and after its fill not at all", async () => {
    const one = quietRig();
    const resting = await one.post(limit("buy", 1, 90));
    const path = `/v2/orders/${resting.body.id}`;
    expect(await one.ask("DELETE", path)).toMatchObject({ status: 204, body: null });
    expect((await one.ask("DELETE", path)).status).toBe(204);
    expect((await one.get(path)).body).toMatchObject({ status: "canceled", filled_qty: "0" });
    const filled = await one.post(market("buy", 1));
    one.pass(1);
    const late = await one.ask("DELETE", `/v2/orders/${filled.body.id}`);
    expect(late).toMatchObject({
      status: 422,
      body: { code: 42210000, message: 'order is already in "filled" state' },
    });
  });

  it("is replaced by a new one, told by the old and then the new", async () => {
    const one = quietRig();
    const heard = heardBy(one);
    const old = await one.post(limit("buy", 2, 90));
    const change = { qty: "3", limit_price: "91", client_order_id: "next" };
    const { status, body } = await one.ask("PATCH", `/v2/orders/${old.body.id}`, change);
    expect(status).toBe(200);
    expect(body).toMatchObject({ qty: "3", limit_price: "91", client_order_id: "next" });
    expect(body.id).not.toBe(old.body.id);
    const before = await one.get(`/v2/orders/${old.body.id}`);
    expect(before.body).toMatchObject({ status: "replaced", replaced_by: body.id });
    expect(eventsOf(heard)).toEqual(["pending_new", "new", "replaced", "new"]);
    expect(heard.slice(2).map(({ order }) => order.id)).toEqual([old.body.id, body.id]);
  });

  it("in dollars fills with what they buy, to the billionth", async () => {
    const one = rig([minutes("AAA", flat(30, 10))]);
    one.pass(1);
    const { body } = await one.post(market("buy", 0, { qty: undefined, notional: "100" }));
    expect(body).toMatchObject({ qty: null, notional: "100" });
    one.pass(1);
    const after = await one.get(`/v2/orders/${body.id}`);
    expect(after.body).toMatchObject({ status: "filled", filled_qty: "3.333333333" });
  });

  it("that trails shows its high water mark and where its stop stands", async () => {
    const rows = [...flat(100, 2), [100, 110, 100, 110] as const, ...flat(110, 2)];
    const one = rig([minutes("AAA", rows)]);
    one.pass(1);
    await one.post(market("buy", 10));
    one.pass(1);
    const trail = { type: "trailing_stop", trail_percent: "10" };
    const { body } = await one.post(market("sell", 10, trail));
    expect(body).toMatchObject({ hwm: "100", stop_price: "90", trail_percent: "10" });
    one.pass(1);
    const after = await one.get(`/v2/orders/${body.id}`);
    expect(after.body).toMatchObject({ hwm: "110", stop_price: "99", status: "new" });
  });

  it("of a bracket goes with its group when one of it is cancelled", async () => {
    const one = quietRig();
    const legs = { take_profit: { limit_price: "110" }, stop_loss: { stop_price: "90" } };
    const { body } = await one.post(market("buy", 10, { order_class: "bracket", ...legs }));
    one.pass(1);
    const heard = heardBy(one);
    const [target] = (await one.get("/v2/orders?status=open")).body;
    await one.ask("DELETE", `/v2/orders/${target.id}`);
    expect(eventsOf(heard)).toEqual(["canceled", "canceled"]);
    const nested = await one.get(`/v2/orders/${body.id}?nested=true`);
    const statuses = nested.body.legs.map((leg: { status: string }) => leg.status);
    expect(statuses).toEqual(["canceled", "canceled"]);
    expect((await one.get("/v2/positions/AAA")).body.qty_available).toBe("10");
  });

  it("fills in parts where a bar has too little volume, and tells each", async () => {
    const rows = [...flat(100, 1), ...flat(100, 3).map(([o]) => [o, o, o, o, 100] as const)];
    const one = rig([minutes("AAA", rows)], { participation: 0.1 });
    one.pass(1);
    const heard = heardBy(one);
    const { body } = await one.post(market("buy", 25));
    one.pass(1);
    expect((await one.get(`/v2/orders/${body.id}`)).body).toMatchObject({
      status: "partially_filled",
      filled_qty: "10",
    });
    one.pass(2);
    const fills = heard.filter(({ qty }) => qty !== undefined);
    expect(eventsOf(fills)).toEqual(["partial_fill", "partial_fill", "fill"]);
    expect(fills.map(({ qty }) => qty)).toEqual(["10", "10", "5"]);
    expect(fills.map(({ position_qty }) => position_qty)).toEqual(["10", "20", "25"]);
    const { body: list } = await one.get("/v2/account/activities/FILL?direction=asc");
    expect(list.map((fill: { cum_qty: string }) => fill.cum_qty)).toEqual(["10", "20", "25"]);
    expect(list.map((fill: { leaves_qty: string }) => fill.leaves_qty)).toEqual(["15", "5", "0"]);
    const ids = list.map((fill: { id: string }) => fill.id.split("::")[1]);
    expect(ids).toEqual(fills.map(({ execution_id }) => execution_id));
  });
});

describe("a corporate action", () => {
  it("splits positions and open orders, and pays dividends, before the open", async () => {
    const next = newYorkTimeMs("2024-06-04", "04:00");
    const instrument = fractionalEquity("AAA");
    const one = rig(
      [
        minutes(instrument, flat(100, 10)),
        { instrument, timeframe: "1d", columns: columnsOf(flat(100, 1), OPEN_MS, 23_400_000) },
      ],
      {
        actions: [
          { symbol: "AAA", kind: "dividend", value: decimal("1"), newSymbol: null, timeMs: next },
          { symbol: "AAA", kind: "split", value: decimal("4"), newSymbol: null, timeMs: next },
        ],
      },
    );
    one.pass(1);
    await one.post(market("buy", 10));
    one.pass(1);
    const { body } = await one.post(limit("sell", 10, 120, { time_in_force: "gtc" }));
    const soon = await one.get("/v1/corporate-actions?symbols=AAA&end=2024-06-30");
    expect(Object.keys(soon.body.corporate_actions)).toEqual(["cash_dividends", "forward_splits"]);
    one.exchange.advanceTo(next);
    expect((await one.get("/v2/positions/AAA")).body).toMatchObject({
      qty: "40",
      avg_entry_price: "25",
      current_price: "25",
      lastday_price: "25",
    });
    const order = await one.get(`/v2/orders/${body.id}`);
    expect(order.body).toMatchObject({ qty: "40", limit_price: "30" });
    expect((await one.get("/v2/account")).body.cash).toBe("99010");
    const paid = await one.get("/v2/account/activities?activity_types=DIV,SPLIT&direction=asc");
    expect(paid.body.map((item: { net_amount: string }) => item.net_amount)).toEqual(["10", "0"]);
    const raw = await one.get("/v2/stocks/AAA/bars?timeframe=1Day&start=2024-06-03");
    expect(raw.body.bars[0]).toMatchObject({ c: 100, v: 10_000 });
    const adjusted = `/v2/stocks/AAA/bars?timeframe=1Day&start=2024-06-03&adjustment=split`;
    expect((await one.get(adjusted)).body.bars[0]).toMatchObject({ c: 25, v: 40_000 });
  });
});
