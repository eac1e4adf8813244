import { describe, expect, it } from "vitest";
import { flat, limit, market, minutes, quietRig, rig } from "./rigs.ts";

describe("orders", () => {
  it("answers pending_new, then shows new, then filled at the next bar", async () => {
    const { post, get, pass } = quietRig();
    const placed = await post(market("buy", 10, { client_order_id: "one" }));
    expect(placed.status).toBe(200);
    expect(placed.body).toMatchObject({
      status: "pending_new",
      client_order_id: "one",
      qty: "10",
      filled_qty: "0",
      order_class: "",
      type: "market",
      order_type: "market",
      legs: null,
      position_intent: "buy_to_open",
    });
    expect((await get(`/v2/orders/${placed.body.id}`)).body.status).toBe("new");
    pass(1);
    const filled = await get("/v2/orders:by_client_order_id?client_order_id=one");
    expect(filled.body).toMatchObject({
      id: placed.body.id,
      status: "filled",
      filled_qty: "10",
      filled_avg_price: "100",
    });
    const positions = await get("/v2/positions");
    expect(positions.body).toHaveLength(1);
    expect(positions.body[0]).toMatchObject({ symbol: "AAA", qty: "10", qty_available: "10" });
    const account = await get("/v2/account");
    expect(account.body).toMatchObject({ cash: "99000", equity: "100000", buying_power: "199000" });
  });

  it("lists held legs inside their parent alone until it fills, then the target", async () => {
    const { post, get, pass } = quietRig();
    const placed = await post({
      ...limit("buy", 10, 100.5),
      order_class: "bracket",
      time_in_force: "gtc",
      take_profit: { limit_price: "110" },
      stop_loss: { stop_price: "90" },
    });
    expect(placed.status).toBe(200);
    expect(placed.body.legs.map((leg: { status: string }) => leg.status)).toEqual(["held", "held"]);
    const flatList = await get("/v2/orders?status=open");
    expect(flatList.body).toHaveLength(1);
    const nested = await get("/v2/orders?status=open&nested=true");
    expect(nested.body).toHaveLength(1);
    expect(nested.body[0].legs).toHaveLength(2);
    pass(1);
    const after = await get("/v2/orders?status=open");
    expect(after.body).toHaveLength(1);
    expect(after.body[0]).toMatchObject({ type: "limit", status: "new", side: "sell" });
    const [, stop] = (await get(`/v2/orders/${placed.body.id}?nested=true`)).body.legs;
    expect(stop).toMatchObject({ type: "stop", status: "held" });
  });

  it("fills the stop of a bracket and cancels its target", async () => {
    const prices = [...flat(100, 3), [100, 100, 85, 86] as const, ...flat(86, 3)];
    const { post, get, pass } = rig([minutes("AAA", prices)]);
    pass(1);
    const placed = await post({
      ...market("buy", 10),
      order_class: "bracket",
      take_profit: { limit_price: "110" },
      stop_loss: { stop_price: "90" },
    });
    pass(3);
    const { body } = await get(`/v2/orders/${placed.body.id}?nested=true`);
    expect(body.status).toBe("filled");
    expect(body.legs.map((leg: { status: string }) => leg.status)).toEqual(["canceled", "filled"]);
    expect((await get("/v2/positions")).body).toEqual([]);
  });
});
