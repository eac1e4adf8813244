import { describe, expect, it } from "vitest";
import { fractionalEquity } from "../../core/domain/instruments.ts";
import { limit, market, minutes, OPEN_MS, quietRig, type Rig, rig } from "./rigs.ts";

function eventsOf({ exchange }: Rig): string[] {
  const events: string[] = [];
  exchange.subscribe(({ event }) => events.push(String(event)));
  return events;
}

describe("trouble on demand", () => {
  it("answers 503 to an order that was taken all the same", async () => {
    const one = quietRig();
    const fault = { kind: "reply", method: "POST", path: "/v2/orders", status: 503, after: true };
    expect((await one.ask("POST", "/_exchange/faults", fault)).status).toBe(201);
    const reply = await one.post(market("buy", 1, { client_order_id: "one" }));
    expect(reply).toMatchObject({ status: 503, body: { code: 50010000 } });
    const found = await one.get("/v2/orders:by_client_order_id?client_order_id=one");
    expect(found.body.status).toBe("new");
    expect((await one.get("/_exchange/faults")).body).toEqual([]);
  });

  it("answers 429 so often as it was armed, without doing anything", async () => {
    const one = quietRig();
    one.exchange.faults.arm({ kind: "reply", status: 429, times: 2, retryAfterS: 3 });
    const first = await one.post(market("buy", 1, { client_order_id: "one" }));
    expect(first.status).toBe(429);
    expect(first.headers.get("retry-after")).toBe("3");
    expect((await one.get("/v2/account")).status).toBe(429);
    expect((await one.get("/v2/orders?status=all")).body).toEqual([]);
  });

  it("cuts the line before or after the order was taken", async () => {
    const one = quietRig();
    one.exchange.faults.arm({ kind: "lost", path: "/v2/orders", after: false });
    await expect(one.post(market("buy", 1))).rejects.toThrow(TypeError);
    one.exchange.faults.arm({ kind: "lost", path: "/v2/orders" });
    await expect(one.post(market("buy", 1))).rejects.toThrow("socket hang up");
    expect((await one.get("/v2/orders?status=all")).body).toHaveLength(1);
  });

  it("holds a cancel back, and lets the order fill meanwhile", async () => {
    const one = quietRig();
    const events = eventsOf(one);
    one.exchange.faults.arm({ kind: "slow-cancel", ms: 90_000, times: 2 });
    const { body } = await one.post(market("buy", 1));
    const path = `/v2/orders/${body.id}`;
    expect((await one.ask("DELETE", path)).status).toBe(204);
    expect((await one.get(path)).body.status).toBe("pending_cancel");
    expect((await one.ask("DELETE", path)).body.message).toBe("order pending cancel");
    one.pass(2);
    expect((await one.get(path)).body.status).toBe("filled");
    const other = await one.post(limit("buy", 1, 90));
    await one.ask("DELETE", `/v2/orders/${other.body.id}`);
    one.pass(2);
    expect(events).toEqual([
      ...["pending_new", "new", "pending_cancel", "fill"],
      ...["pending_new", "new", "pending_cancel", "canceled"],
    ]);
  });

  it("refuses to halt what is not recorded, and arms nothing", async () => {
    const one = quietRig();
    const wrong = { kind: "halt", symbol: "ZZZ", ms: 1 } as const;
    expect(() => one.exchange.faults.arm(wrong)).toThrow("ZZZ is not recorded");
    expect(one.exchange.faults.list()).toEqual([]);
  });

  it("fills nothing of an instrument that is halted until it trades again", async () => {
    const one = quietRig();
    one.exchange.faults.arm({ kind: "halt", symbol: "AAA", ms: 180_000 });
    const { body } = await one.post(market("buy", 1));
    one.pass(3);
    expect((await one.get(`/v2/orders/${body.id}`)).body.status).toBe("new");
    one.pass(1);
    expect((await one.get(`/v2/orders/${body.id}`)).body.status).toBe("filled");
  });

  it("shows nothing that was recorded of an instrument while it was halted", async () => {
    const times = [100, 200, 300, 400].map((after) => OPEN_MS + after * 1_000);
    const ticks = (kind: "quotes" | "trades") => ({
      instrument: fractionalEquity("AAA"),
      kind,
      columns: {
        length: times.length,
        eventTimeMs: Float64Array.from(times),
        ...Object.fromEntries(
          ["price", "size", "bid", "bidSize", "ask", "askSize"].map((name) => [
            name,
            Float64Array.from(times, (_, i) => i + 1),
          ]),
        ),
      },
    });
    const prices = Array.from({ length: 10 }, (_, i) => [i + 1, i + 1, i + 1, i + 1] as const);
    // biome-ignore lint/suspicious/noExplicitAny: one shape stands for both kinds of ticks.
    const both: any[] = [ticks("quotes"), ticks("trades")];
    const one = rig([minutes("AAA", prices)], { ticks: both });
    one.pass(3);
    // From the third minute to the sixth: the bars that open then, and two ticks of each kind.
    one.exchange.faults.arm({ kind: "halt", symbol: "AAA", ms: 180_000 });
    one.pass(2);
    const latest = async (what: string) => (await one.get(`/v2/stocks/AAA/${what}/latest`)).body;
    expect((await latest("bars")).bar.c).toBe(3);
    expect((await latest("trades")).trade.p).toBe(1);
    expect((await latest("quotes")).quote.bp).toBe(1);
    one.pass(3);
    const { bars } = (await one.get("/v2/stocks/AAA/bars?timeframe=1Min")).body;
    expect(bars.map(({ c }: { c: number }) => c)).toEqual([1, 2, 3, 7, 8]);
    const { trades } = (await one.get("/v2/stocks/AAA/trades")).body;
    expect(trades.map(({ p }: { p: number }) => p)).toEqual([1, 4]);
    const { quotes } = (await one.get("/v2/stocks/AAA/quotes")).body;
    expect(quotes.map(({ bp }: { bp: number }) => bp)).toEqual([1, 4]);
    expect((await one.get("/v2/stocks/AAA/snapshot")).body.dailyBar.v).toBe(50_000);
  });

  it("cuts one execution into parts that add up to it", async () => {
    const one = quietRig();
    const events = eventsOf(one);
    one.exchange.faults.arm({ kind: "partial-fills", pieces: 3 });
    const { body } = await one.post(market("buy", 10));
    one.pass(1);
    expect(events.slice(2)).toEqual(["partial_fill", "partial_fill", "fill"]);
    const after = await one.get(`/v2/orders/${body.id}`);
    expect(after.body).toMatchObject({ status: "filled", filled_qty: "10" });
    const { body: fills } = await one.get("/v2/account/activities/FILL");
    expect(new Set(fills.map(({ id }: { id: string }) => id)).size).toBe(3);
    expect((await one.get("/v2/account")).body.cash).toBe("99000");
  });

  it("tells updates late, twice, with a stale new after the fill, or never", async () => {
    const one = quietRig();
    const events = eventsOf(one);
    one.exchange.faults.arm({ kind: "delay-updates", ms: 30_000, times: 2 });
    await one.post(market("buy", 1));
    expect(events).toEqual([]);
    one.exchange.faults.arm({ kind: "duplicate-updates" });
    one.pass(1);
    // The fill is told with the bar at the minute, what was held back came before it.
    expect(events).toEqual(["pending_new", "new", "fill", "new", "fill"]);
    one.exchange.faults.arm({ kind: "lose-updates", times: 3 });
    await one.post(market("buy", 1));
    one.pass(1);
    expect(events).toHaveLength(5);
    expect((await one.get("/v2/positions/AAA")).body.qty).toBe("2");
  });

  it("says what is wrong with a fault, and forgets all when told to", async () => {
    const one = quietRig();
    const wrong = await one.ask("POST", "/_exchange/faults", { kind: "earthquake" });
    expect(wrong.status).toBe(422);
    expect(wrong.body.message).toContain("fault");
    one.exchange.faults.arm({ kind: "mute", stream: "data" });
    expect(one.exchange.faults.list()).toHaveLength(1);
    expect((await one.ask("DELETE", "/_exchange/faults")).status).toBe(204);
    expect(one.exchange.faults.list()).toEqual([]);
  });
});
