import { describe, expect, it } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { crypto } from "../../core/domain/instruments.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { bpsFee } from "../../core/simulation/fees.ts";
import { flat, limit, market, minutes, quietRig, type Row, rig } from "./rigs.ts";

const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

describe("the list of orders", () => {
  it("pages by time and by order, in both directions, though all came at one instant", async () => {
    const one = quietRig();
    const placed: { id: string; submitted_at: string }[] = [];
    for (let i = 0; i < 5; i += 1) placed.push((await one.post(limit("buy", 1, 90 + i))).body);
    const all = ids(placed);
    const get = async (query: string) => ids((await one.get(`/v2/orders?${query}`)).body);
    expect(await get("direction=asc")).toEqual(all);
    expect(await get("limit=2")).toEqual([all[4], all[3]]);
    expect(await get(`direction=asc&after=${placed[1]?.submitted_at}`)).toEqual(all.slice(2));
    expect(await get(`direction=asc&until=${placed[1]?.submitted_at}`)).toEqual(all.slice(0, 1));
    expect(await get(`direction=asc&after_order_id=${all[2]}`)).toEqual(all.slice(3));
    expect(await get(`before_order_id=${all[2]}`)).toEqual([all[1], all[0]]);
    expect(await get("status=closed")).toEqual([]);
    expect(await get("side=sell")).toEqual([]);
    expect(await get("symbols=BBB,AAA&asset_class=us_equity&limit=500")).toHaveLength(5);
    const both = await one.get(`/v2/orders?after=2024-01-01&after_order_id=${all[2]}`);
    expect(both.status).toBe(422);
    expect((await one.get("/v2/orders?limit=501")).status).toBe(422);
    expect((await one.get("/v2/orders?status=some")).status).toBe(422);
  });
});

describe("groups", () => {
  it("take from the stop what the target has traded", async () => {
    const small: Row = [111, 111, 111, 111, 40];
    const rows: Row[] = [...flat(100, 3), small, ...flat(105, 2)];
    const one = rig([minutes("AAA", rows)], { participation: 0.1 });
    one.pass(1);
    await one.post(market("buy", 10));
    one.pass(1);
    const exit = { order_class: "oco", ...{ take_profit: { limit_price: "110" } } };
    const oco = await one.post({
      ...limit("sell", 10, 110),
      ...exit,
      stop_loss: { stop_price: "90" },
    });
    one.pass(2);
    const { body } = await one.get(`/v2/orders/${oco.body.id}?nested=true`);
    expect(body).toMatchObject({ status: "partially_filled", filled_qty: "4", qty: "10" });
    expect(body.legs[0]).toMatchObject({ status: "held", qty: "6" });
    expect((await one.get("/v2/positions/AAA")).body).toMatchObject({
      qty: "6",
      qty_available: "0",
    });
  });

  it("of an entry and one leg send that leg when the entry has filled", async () => {
    const one = quietRig();
    const leg = { order_class: "oto", stop_loss: { stop_price: "90", limit_price: "89" } };
    const { body } = await one.post(market("buy", 10, leg));
    expect(body.legs).toHaveLength(1);
    one.pass(1);
    const [stop] = (await one.get("/v2/orders?status=open")).body;
    expect(stop).toMatchObject({ type: "stop_limit", status: "new", limit_price: "89" });
  });

  it("keep their places when a leg is replaced", async () => {
    const one = quietRig();
    const legs = { take_profit: { limit_price: "110" }, stop_loss: { stop_price: "90" } };
    const { body } = await one.post(market("buy", 10, { order_class: "bracket", ...legs }));
    one.pass(1);
    const stop = body.legs[1].id;
    const moved = await one.ask("PATCH", `/v2/orders/${stop}`, { stop_price: "95" });
    expect(moved.body).toMatchObject({ status: "held", stop_price: "95", replaces: stop });
    const nested = await one.get(`/v2/orders/${body.id}?nested=true`);
    expect(ids(nested.body.legs)).toEqual([body.legs[0].id, moved.body.id]);
  });

  it("count a replacement of a partly filled order for itself", async () => {
    const rows: Row[] = [...flat(100, 1), [100, 100, 100, 100, 100], ...flat(100, 5)];
    const one = rig([minutes("AAA", rows)], { participation: 0.1 });
    one.pass(1);
    const first = await one.post(limit("buy", 25, 101));
    one.pass(1);
    const { body } = await one.ask("PATCH", `/v2/orders/${first.body.id}`, { qty: "20" });
    expect(body).toMatchObject({ qty: "20", filled_qty: "0" });
    one.pass(1);
    const next = await one.get(`/v2/orders/${body.id}`);
    expect(next.body).toMatchObject({ status: "filled", filled_qty: "20" });
    expect((await one.get("/v2/positions/AAA")).body.qty).toBe("30");
  });
});

describe("positions", () => {
  it("are closed in part, by share and all at once, with a line for each", async () => {
    const pair = crypto("BTC/USD");
    const one = rig([minutes("AAA", flat(100, 20)), minutes(pair, flat(1000, 20))]);
    one.pass(1);
    await one.post(market("buy", 10));
    await one.post({ ...market("buy", 2), symbol: "BTCUSD", time_in_force: "gtc" });
    one.pass(1);
    const part = await one.ask("DELETE", "/v2/positions/AAA?qty=3");
    expect(part.body).toMatchObject({ side: "sell", qty: "3", position_intent: "sell_to_close" });
    one.pass(1);
    const share = await one.ask("DELETE", "/v2/positions/BTC%2FUSD?percentage=50");
    expect(share.body).toMatchObject({ symbol: "BTC/USD", qty: "1", time_in_force: "gtc" });
    one.pass(1);
    expect((await one.ask("DELETE", "/v2/positions/AAA?percentage=101")).status).toBe(422);
    await one.post(limit("sell", 7, 200));
    const all = await one.ask("DELETE", "/v2/positions");
    expect(all.status).toBe(207);
    expect(all.body).toMatchObject([
      { symbol: "AAA", status: 403, body: { available: "0" } },
      { symbol: "BTCUSD", status: 200, body: { qty: "1" } },
    ]);
    await one.ask("DELETE", "/v2/positions?cancel_orders=true");
    one.pass(1);
    expect((await one.get("/v2/positions")).body).toEqual([]);
    expect(await one.get("/v2/positions/AAA")).toMatchObject({
      status: 404,
      body: { code: 40410000, message: "position does not exist" },
    });
  });

  it("that are short count below zero and cost half as margin", async () => {
    const rows: Row[] = [...flat(100, 2), ...flat(90, 10)];
    const one = rig([minutes("AAA", rows)]);
    one.pass(1);
    await one.post(market("sell", 10));
    one.pass(2);
    const { body } = await one.get("/v2/positions/AAA");
    expect(body).toMatchObject({
      side: "short",
      qty: "-10",
      market_value: "-900",
      unrealized_pl: "100",
      unrealized_plpc: "0.1",
    });
    const account = (await one.get("/v2/account")).body;
    expect(account).toMatchObject({ cash: "101000", equity: "100100", initial_margin: "450" });
    expect(account.short_market_value).toBe("-900");
    expect(account.buying_power).toBe("199300");
  });
});

describe("a cash account", () => {
  it("spends sale proceeds only when they have settled", async () => {
    const one = rig([minutes("AAA", flat(100, 60))], { account: "cash", cash: decimal("1000") });
    one.pass(1);
    await one.post(market("buy", 10));
    one.pass(1);
    await one.post(market("sell", 10));
    one.pass(1);
    const before = (await one.get("/v2/account")).body;
    expect(before).toMatchObject({ cash: "1000", buying_power: "0", multiplier: "1" });
    expect((await one.post(market("buy", 1))).body.message).toBe("insufficient buying power");
    one.exchange.advanceTo(newYorkTimeMs("2024-06-04", "09:30"));
    expect((await one.get("/v2/account")).body.buying_power).toBe("1000");
  });
});

describe("activities", () => {
  it("page to the last one and list the day's fees", async () => {
    const one = quietRig({ fees: bpsFee(10) });
    for (let i = 0; i < 5; i += 1) await one.post(market("buy", 1));
    one.pass(1);
    const seen: string[] = [];
    for (let token = ""; ; ) {
      const query = `activity_types=FILL&page_size=2${token === "" ? "" : `&page_token=${token}`}`;
      const { body } = await one.get(`/v2/account/activities?${query}`);
      seen.push(...ids(body));
      if (body.length < 2) break;
      token = body.at(-1).id;
    }
    expect(new Set(seen).size).toBe(5);
    one.exchange.advanceTo(newYorkTimeMs("2024-06-04", "05:00"));
    const { body: fees } = await one.get("/v2/account/activities?category=non_trade_activity");
    expect(fees).toMatchObject([{ activity_type: "FEE", net_amount: "-0.5" }]);
    const both = await one.get(
      "/v2/account/activities?activity_types=FILL&category=trade_activity",
    );
    expect(both.status).toBe(422);
    expect((await one.get("/v2/account/activities?page_token=nope")).status).toBe(422);
    expect((await one.get("/v2/account/activities?after=2024-06-03T13:31:00Z")).body).toHaveLength(
      1,
    );
  });
});

describe("watchlists", () => {
  it("are made, changed, found by name and deleted", async () => {
    const one = quietRig();
    const path = "/v2/watchlists";
    const made = await one.ask("POST", path, { name: "mine", symbols: ["AAA", "AAA"] });
    expect(made.body.assets.map(({ symbol }: { symbol: string }) => symbol)).toEqual(["AAA"]);
    const { id } = made.body;
    expect((await one.ask("POST", path, { name: "mine" })).status).toBe(422);
    expect((await one.ask("POST", `${path}/${id}`, { symbol: "AAA" })).status).toBe(422);
    expect((await one.ask("PUT", `${path}/${id}`, { name: "other" })).body.name).toBe("other");
    expect((await one.ask("DELETE", `${path}/${id}/AAA`)).body.assets).toEqual([]);
    const added = await one.ask("POST", `${path}:by_name?name=other`, { symbol: "AAA" });
    expect(added.body.assets).toHaveLength(1);
    expect((await one.get(path)).body).toMatchObject([{ id, name: "other" }]);
    expect((await one.ask("DELETE", `${path}:by_name?name=other`)).status).toBe(204);
    expect((await one.get(`${path}/${id}`)).status).toBe(404);
  });
});
