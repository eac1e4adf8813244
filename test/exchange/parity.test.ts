import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, textOf, ZERO } from "../../core/domain/decimal.ts";
import { equity } from "../../core/domain/instruments.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { MINUTE_MS } from "../../core/domain/time.ts";
import { BarCursor } from "../../core/runtime/feeds.ts";
import { noFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { randomBpsSlippage } from "../../core/simulation/slippage.ts";
import { SimulatedVenue } from "../../core/simulation/venue.ts";
import { minutes, OPEN_MS, type Row, rig } from "./rigs.ts";

const AAA = equity("AAA");
const COUNT = 40;

interface Wish {
  readonly minute: number;
  readonly type: "market" | "limit" | "stop";
  readonly qty: number;
  readonly cents: number;
  readonly gtc: boolean;
}

const wish = fc.record({
  minute: fc.integer({ min: 1, max: COUNT - 2 }),
  type: fc.constantFrom("market" as const, "limit" as const, "stop" as const),
  qty: fc.integer({ min: 1, max: 50 }),
  cents: fc.integer({ min: 1, max: 200 }),
  gtc: fc.boolean(),
});
const bar = fc
  .tuple(fc.integer({ min: 9_800, max: 10_200 }), fc.integer({ min: 9_800, max: 10_200 }))
  .map(([a, b]): Row => [a / 100, Math.max(a, b) / 100, Math.min(a, b) / 100, b / 100, 100]);

const models = {
  fill: "next-open",
  touch: "no-fill",
  participation: 0.25,
  slippage: randomBpsSlippage(5, 7),
} as const;

describe("the exchange", () => {
  it("fills what the simulated venue fills, at the same times and prices", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(bar, { minLength: COUNT, maxLength: COUNT }),
        fc.array(wish, { minLength: 1, maxLength: 12 }),
        async (rows, wishes) => {
          expect(await byWire(rows, wishes)).toEqual(bySimulation(rows, wishes));
        },
      ),
      { seed: 11, numRuns: 40 },
    );
  });

  it("gives the same replies, ids and updates in every run", async () => {
    const rows = Array.from({ length: COUNT }, (_, i): Row => {
      const price = 100 + (i % 7) / 10;
      return [price, price + 0.3, price - 0.3, price, 100];
    });
    const wishes: Wish[] = [
      { minute: 1, type: "market", qty: 40, cents: 1, gtc: false },
      { minute: 3, type: "limit", qty: 5, cents: 20, gtc: true },
    ];
    const run = async (seed: number) => {
      const one = rig([minutes(AAA, rows)], { ...models, seed });
      const told: unknown[] = [];
      one.exchange.subscribe((update) => told.push(update));
      for (const [i, wanted] of wishes.entries()) {
        one.exchange.advanceTo(OPEN_MS + wanted.minute * MINUTE_MS);
        const { client_order_id: _id, ...body } = bodyOf(wanted, i, rows);
        told.push((await one.post(body)).body);
      }
      one.pass(20);
      for (const path of ["/v2/orders?status=all", "/v2/account", "/v2/account/activities"]) {
        told.push((await one.get(path)).body);
      }
      return told;
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });
});

/** Buys only: so that nothing is refused for what the account holds. */
function priceOf({ type, cents }: Wish, rows: readonly Row[], minute: number): string {
  const last = Math.round((rows[minute - 1]?.[3] ?? 0) * 100);
  return ((type === "stop" ? last + cents : last - cents) / 100).toFixed(2);
}

function bodyOf(wanted: Wish, i: number, rows: readonly Row[]) {
  const { type, qty, gtc, minute } = wanted;
  const price = priceOf(wanted, rows, minute);
  return {
    symbol: "AAA",
    side: "buy",
    type,
    qty: String(qty),
    time_in_force: gtc ? "gtc" : "day",
    client_order_id: `w${i}`,
    ...(type === "limit" ? { limit_price: price } : {}),
    ...(type === "stop" ? { stop_price: price } : {}),
  };
}

const sorted = (wishes: readonly Wish[]) => [...wishes].sort((a, b) => a.minute - b.minute);

async function byWire(rows: readonly Row[], wishes: readonly Wish[]) {
  const cash = decimal("10000000");
  const one = rig([minutes(AAA, rows)], { ...models, cash });
  const fills: unknown[] = [];
  one.exchange.subscribe(({ event, order, price, qty, timestamp }) => {
    if (event !== "fill" && event !== "partial_fill") return;
    const { client_order_id: id } = order as { client_order_id: string };
    fills.push([id, price, qty, Date.parse(String(timestamp))]);
  });
  for (const [i, wanted] of sorted(wishes).entries()) {
    one.exchange.advanceTo(OPEN_MS + wanted.minute * MINUTE_MS);
    expect((await one.post(bodyOf(wanted, i, rows))).status).toBe(200);
  }
  one.pass(COUNT);
  return fills;
}

function bySimulation(rows: readonly Row[], wishes: readonly Wish[]) {
  const venue = new SimulatedVenue({ ...models, fees: noFee, latency: noLatency, account: null });
  const market = venue.market(AAA);
  const { columns } = minutes(AAA, rows);
  const cursor = new BarCursor("AAA", columns);
  const fills: unknown[] = [];
  const queue = sorted(wishes);
  for (let minute = 1; minute <= COUNT; minute += 1) {
    for (const report of venue.onBar(market, cursor)) {
      if (report.kind !== "filled") continue;
      const { orderId, price, quantity, timeMs } = report;
      fills.push([orderId, textOf(price), textOf(quantity), timeMs]);
    }
    cursor.row += 1;
    for (const [i, wanted] of queue.entries()) {
      if (wanted.minute !== minute) continue;
      venue.submit([requestOf(wanted, i, rows)], OPEN_MS + minute * MINUTE_MS);
    }
  }
  return fills;
}

function requestOf(wanted: Wish, i: number, rows: readonly Row[]): OrderRequest {
  const { type, qty, gtc, minute } = wanted;
  const price = decimal(priceOf(wanted, rows, minute));
  return {
    id: `w${i}`,
    intentId: `w${i}`,
    profile: "test",
    account: "test",
    symbol: "AAA",
    side: "buy",
    type,
    timeInForce: gtc ? "gtc" : "day",
    quantity: decimal(String(qty)),
    notional: null,
    limitPrice: type === "limit" ? price : null,
    stopPrice: type === "stop" ? price : null,
    trailPrice: null,
    trailPercent: null,
    expiresAtMs: null,
    extendedHours: false,
    role: "entry",
    parentId: null,
    ocoGroup: null,
    replaces: null,
    reason: "test",
    decidedTimeMs: OPEN_MS + minute * MINUTE_MS,
    referencePrice: decimal(String(rows[minute - 1]?.[3] ?? 1)) + ZERO,
  };
}
