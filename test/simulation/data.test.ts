import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { decimalOf, numberOf, ONE } from "../../core/domain/decimal.ts";
import type { Bar } from "../../core/domain/market.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { VenueConfig } from "../../core/simulation/config.ts";
import { readBars, readQuotes, readTrades } from "../../functions/readers/index.ts";
import { orderOf, SPY, venueOf } from "./venues.ts";

const data = "../shared/data";
const withData = existsSync(`${data}/minute`);
if (!withData) {
  console.log(`left out: the venue on recorded minutes and ticks, as ${data} is not here`);
}

type Filled = Extract<VenueReport, { kind: "filled" }>;
const isFill = (report: VenueReport): report is Filled => report.kind === "filled";

async function minutes(): Promise<readonly Bar[]> {
  const path = `${data}/minute/SPY_2013-10-07_trades.csv`;
  const { data: columns } = await readBars(path, {
    timeframe: "1m",
    calendar: calendarOf("us-equity"),
  });
  return Array.from({ length: columns.length }, (_, i) => ({
    openTimeMs: columns.openTimeMs[i] ?? 0,
    closeTimeMs: columns.closeTimeMs[i] ?? 0,
    open: columns.open[i] ?? 0,
    high: columns.high[i] ?? 0,
    low: columns.low[i] ?? 0,
    close: columns.close[i] ?? 0,
    volume: columns.volume[i] ?? 0,
  }));
}

/** Sends the orders of each close, then shows the next bar: the fills with their bars. */
async function replay(
  config: Partial<VenueConfig>,
  ordersAt: (bar: Bar, n: number) => readonly OrderRequest[],
) {
  const venue = venueOf(config);
  const market = venue.market(SPY);
  const fills: { readonly fill: Filled; readonly bar: Bar; readonly before: Bar | undefined }[] =
    [];
  let before: Bar | undefined;
  for (const [n, bar] of (await minutes()).entries()) {
    for (const fill of venue.onBar(market, bar).filter(isFill)) fills.push({ fill, bar, before });
    venue.submit(ordersAt(bar, n), bar.closeTimeMs);
    before = bar;
  }
  return fills;
}

describe.skipIf(!withData)("SPY, minutes of 2013-10-07", () => {
  test("market orders fill at the open of the next minute, in regular hours alone", async () => {
    const fills = await replay({}, (_, n) => [orderOf({ id: `o${n}`, timeInForce: "day" })]);
    expect(fills.length).toBeGreaterThan(390);
    for (const { fill, bar } of fills) {
      expect(fill.timeMs).toBe(bar.openTimeMs);
      expect(numberOf(fill.price)).toBeCloseTo(bar.open, 2);
    }
    const clocks = fills.map(({ bar }) => new Date(bar.openTimeMs).toISOString().slice(11, 16));
    expect([clocks[0], clocks.at(-1)]).toEqual(["13:30", "19:59"]);
  });

  test("resting orders of every kind keep to their bar, and limits to their price", async () => {
    const cents = (price: number) => decimalOf(Math.round(price * 100) / 100);
    const ordersAt = ({ close }: Bar, n: number): OrderRequest[] => [
      orderOf({ id: `l${n}`, type: "limit", limitPrice: cents(close - 0.05), timeInForce: "day" }),
      orderOf({ id: `s${n}`, side: "sell", type: "stop", stopPrice: cents(close - 0.1) }),
      orderOf({ id: `t${n}`, side: "sell", type: "trailing-stop", trailPrice: cents(0.2) }),
    ];
    const limits = new Map<string, bigint>();
    const fills = await replay({ participation: 0.01 }, (bar, n) => {
      const orders = ordersAt(bar, n);
      limits.set(`l${n}`, orders[0]?.limitPrice ?? 0n);
      return orders;
    });
    expect(fills.length).toBeGreaterThan(500);
    const taken = new Map<Bar, number>();
    for (const { fill, bar } of fills) {
      expect(numberOf(fill.price)).toBeGreaterThanOrEqual(bar.low - 0.005);
      expect(numberOf(fill.price)).toBeLessThanOrEqual(bar.high + 0.005);
      const limit = limits.get(fill.orderId);
      if (limit !== undefined) expect(fill.price <= limit).toBe(true);
      taken.set(bar, (taken.get(bar) ?? 0) + numberOf(fill.quantity));
    }
    for (const [bar, sum] of taken) expect(sum).toBeLessThanOrEqual(bar.volume * 0.01);
  });
});

describe.skipIf(!withData)("ticks of 2013-10-07", () => {
  test("IBM: a buy pays the ask and a sale gets the bid, so a round trip costs the spread", async () => {
    const path = `${data}/ticks/IBM_2013-10-07_quotes.csv.gz`;
    const { data: quotes } = await readQuotes(path, { onBad: "skip" });
    const venue = venueOf({ fill: "quotes" });
    const market = venue.market(SPY);
    let trips = 0;
    for (let i = 0; i < quotes.length; i += 1) {
      const eventTimeMs = quotes.eventTimeMs[i] ?? 0;
      const [bid = 0, ask = 0] = [quotes.bid[i], quotes.ask[i]];
      const fills = venue
        .onQuote(market, {
          eventTimeMs,
          bid,
          ask,
          bidSize: quotes.bidSize[i] ?? 0,
          askSize: quotes.askSize[i] ?? 0,
        })
        .filter(isFill);
      for (const { orderId, price, quantity } of fills) {
        const isBuy = orderId.startsWith("b");
        expect(price).toBe(decimalOf(isBuy ? ask : bid));
        const size = isBuy ? quotes.askSize[i] : quotes.bidSize[i];
        expect(numberOf(quantity)).toBeLessThanOrEqual(size ?? 0);
        trips += 1;
      }
      if (i % 1_000 !== 0) continue;
      const timeInForce = "day";
      venue.submit([orderOf({ id: `b${i}`, timeInForce })], eventTimeMs);
      venue.submit([orderOf({ id: `s${i}`, side: "sell", timeInForce })], eventTimeMs);
    }
    expect(trips).toBeGreaterThan(150);
  });

  test("BAC: an order takes the prints one after another, each at most its size", async () => {
    const path = `${data}/ticks/BAC_2013-10-07_trades.csv.gz`;
    const { data: trades } = await readTrades(path, { onBad: "skip" });
    const venue = venueOf({ fill: "trades" });
    const market = venue.market(SPY);
    venue.submit([orderOf({ quantity: 1_000_000n * ONE })], trades.eventTimeMs[0] ?? 0);
    let left = 1_000_000;
    for (let i = 0; i < trades.length && left > 0; i += 1) {
      const [price = 0, size = 0] = [trades.price[i], trades.size[i]];
      const eventTimeMs = trades.eventTimeMs[i] ?? 0;
      for (const fill of venue.onTrade(market, { eventTimeMs, price, size }).filter(isFill)) {
        expect(fill.quantity).toBe(decimalOf(Math.min(size, left)));
        expect(numberOf(fill.price)).toBeCloseTo(price, 2);
        left -= numberOf(fill.quantity);
        expect(fill.complete).toBe(left === 0);
      }
    }
    expect(left).toBe(0);
  });
});
