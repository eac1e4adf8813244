import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalOf, numberOf, ONE } from "../../core/domain/decimal.ts";
import { InputError } from "../../core/domain/errors.ts";
import { equity } from "../../core/domain/instruments.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import { fillModels } from "../../core/simulation/config.ts";
import { parseFees } from "../../core/simulation/fees.ts";
import { uniformLatency } from "../../core/simulation/latency.ts";
import { parseSlippage } from "../../core/simulation/slippage.ts";
import type { SimulatedVenue } from "../../core/simulation/venue.ts";
import { seeded } from "../execution/fixtures.ts";
import { barOf, MINUTE_MS, NOW_MS, orderOf, SPY, venueOf } from "./venues.ts";

const QQQ = equity("QQQ");
const PARTICIPATION = 0.25;
const VOLUME = 200;
type Prices = readonly [number, number, number, number];

const cents = fc.integer({ min: 9_500, max: 10_500 }).map((value) => value / 100);
const prices = fc
  .tuple(cents, cents, cents, cents)
  .map(([a, b, c, d]): Prices => [a, Math.max(a, b, c, d), Math.min(a, b, c, d), d]);
const shape = fc.record({
  symbol: fc.constantFrom("SPY", "QQQ"),
  side: fc.constantFrom("buy" as const, "sell" as const),
  type: fc.constantFrom(
    "market" as const,
    "limit" as const,
    "stop" as const,
    "stop-limit" as const,
    "trailing-stop" as const,
  ),
  timeInForce: fc.constantFrom("day" as const, "gtc" as const, "ioc" as const, "fok" as const),
  quantity: fc.bigInt({ min: 1n, max: 120n }),
  price: cents,
  atBar: fc.integer({ min: 0, max: 5 }),
  isBracket: fc.boolean(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;
const world = fc.record({
  bars: fc.array(prices, { minLength: 6, maxLength: 6 }),
  shapes: fc.array(shape, { minLength: 1, maxLength: 6 }),
  fill: fc.constantFrom(...fillModels.filter((one) => one !== "quotes" && one !== "trades")),
  touch: fc.constantFrom("fill" as const, "no-fill" as const),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function requestsOf(one: Shape, index: number): OrderRequest[] {
  const { symbol, side, type, quantity, price } = one;
  const limited = type === "limit" || type === "stop-limit";
  const stopped = type === "stop" || type === "stop-limit";
  const simple = type === "market" || type === "limit";
  const parent = orderOf({
    id: `o${index}`,
    symbol,
    side,
    type,
    timeInForce: simple || one.timeInForce === "day" ? one.timeInForce : "gtc",
    quantity: quantity * ONE,
    limitPrice: limited ? decimalOf(price) : null,
    stopPrice: stopped ? decimalOf(price) : null,
    trailPrice: type === "trailing-stop" ? decimalOf(1.25) : null,
  });
  if (!one.isBracket) return [parent];
  const away = side === "buy" ? -1 : 1;
  const leg = { ...parent, type: "limit", timeInForce: "gtc", parentId: parent.id } as const;
  const legs = { ...leg, side: side === "buy" ? "sell" : "buy", ocoGroup: `g${index}` } as const;
  const none = { limitPrice: null, stopPrice: null, trailPrice: null };
  return [
    parent,
    {
      ...legs,
      ...none,
      id: `s${index}`,
      type: "stop",
      role: "stop-loss",
      stopPrice: decimalOf(price + away),
    },
    { ...legs, ...none, id: `t${index}`, limitPrice: decimalOf(price - 2 * away) },
  ];
}

function venueFor({ fill, touch }: World): SimulatedVenue {
  const venue = venueOf({
    fill,
    touch,
    participation: PARTICIPATION,
    slippage: parseSlippage("random-bps:5", 11),
    latency: uniformLatency(0, MINUTE_MS / 2, 11),
    fees: parseFees("bps:1"),
  });
  venue.market(QQQ);
  return venue;
}

/** Plays a world; what was said of each bar, by symbol. */
function play(given: World, instruments = [SPY, QQQ], cold = false) {
  let venue = venueFor(given);
  const said: { readonly symbol: string; readonly bar: Prices; readonly reports: VenueReport[] }[] =
    [];
  for (const instrument of instruments) {
    venue.onBar(venue.market(instrument), barOf(-1, [100, 101, 99, 100], VOLUME));
  }
  given.bars.forEach((bar, n) => {
    const nowMs = NOW_MS + n * MINUTE_MS;
    const requests = new Map<string, VenueReport[]>();
    given.shapes.forEach((one, index) => {
      if (one.atBar !== n) return;
      const reports = [...venue.submit(requestsOf(one, index), nowMs)];
      requests.set(one.symbol, [...(requests.get(one.symbol) ?? []), ...reports]);
    });
    for (const { symbol } of instruments) {
      if (cold) {
        const text = venue.snapshot();
        venue = venueFor(given);
        venue.restore(text);
        expect(venue.snapshot()).toBe(text);
      }
      const instrument = symbol === "SPY" ? SPY : QQQ;
      const reports = [...venue.onBar(venue.market(instrument), barOf(n, bar, VOLUME))];
      const before = given.bars[n - 1] ?? ([100, 101, 99, 100] as const);
      said.push({ symbol, bar: before, reports: requests.get(symbol) ?? [] });
      said.push({ symbol, bar, reports });
    }
  });
  return { venue, said };
}

const bySymbol = (given: ReturnType<typeof play>, symbol: string) =>
  given.said.filter((one) => one.symbol === symbol).map(({ reports }) => reports);

describe("whatever is ordered, on whatever bars", () => {
  test("fills keep to the bar, to limits, to quantities and to the share of volume", () => {
    fc.assert(
      fc.property(world, (given) => {
        const requests = given.shapes.flatMap(requestsOf);
        const byId = new Map(requests.map((one) => [one.id, one]));
        const filled = new Map<string, bigint>();
        for (const { bar, reports } of play(given).said) {
          let taken = 0;
          for (const report of reports) {
            if (report.kind !== "filled") continue;
            const request = byId.get(report.orderId);
            if (request === undefined) throw new Error("nobody sent that");
            const price = numberOf(report.price);
            const slack = price * 0.0005 + 0.0101;
            expect(price).toBeGreaterThanOrEqual(bar[2] - slack);
            expect(price).toBeLessThanOrEqual(bar[1] + slack);
            const { limitPrice, side } = request;
            if (limitPrice !== null && side === "buy")
              expect(report.price <= limitPrice).toBe(true);
            if (limitPrice !== null && side === "sell")
              expect(report.price >= limitPrice).toBe(true);
            expect(report.price % SPY.tick).toBe(0n);
            expect(report.quantity > 0n && report.quantity % ONE === 0n).toBe(true);
            taken += numberOf(report.quantity);
            const sum = (filled.get(request.id) ?? 0n) + report.quantity;
            filled.set(request.id, sum);
            expect(sum <= (request.quantity ?? 0n)).toBe(true);
            expect(report.complete).toBe(sum === request.quantity);
          }
          expect(taken).toBeLessThanOrEqual(VOLUME * PARTICIPATION);
        }
        for (const [index, { isBracket }] of given.shapes.entries()) {
          // The legs together close no more than was opened: a share is cut for each fill.
          const out = (filled.get(`s${index}`) ?? 0n) + (filled.get(`t${index}`) ?? 0n);
          if (isBracket) expect(out <= (filled.get(`o${index}`) ?? 0n)).toBe(true);
        }
      }),
      seeded("venue bounds", 20260201, 300),
    );
  });

  test("the same is said again, in either sequence of instruments, and after cold starts", () => {
    fc.assert(
      fc.property(world, (given) => {
        const first = play(given);
        const turned = play(given, [QQQ, SPY]);
        const cold = play(given, [SPY, QQQ], true);
        for (const symbol of ["SPY", "QQQ"]) {
          expect(bySymbol(turned, symbol)).toEqual(bySymbol(first, symbol));
          expect(bySymbol(cold, symbol)).toEqual(bySymbol(first, symbol));
        }
        expect(cold.venue.snapshot()).toBe(first.venue.snapshot());
      }),
      seeded("venue determinism", 20260202, 80),
    );
  });

  test("every order is answered, and ends at most once", () => {
    fc.assert(
      fc.property(world, (given) => {
        const { venue } = play(given);
        for (const { id } of given.shapes.flatMap(requestsOf)) {
          const known = venue.find(id) ?? [];
          expect(known.length).toBeGreaterThan(0);
          const ends = known.filter(
            (one) => one.kind === "cancelled" || one.kind === "expired" || one.kind === "rejected",
          );
          const whole = known.filter((one) => one.kind === "filled" && one.complete);
          expect(ends.length + whole.length).toBeLessThanOrEqual(1);
        }
      }),
      seeded("venue ends", 20260203, 150),
    );
  });
});

describe("a snapshot", () => {
  test("is plain JSON with decimals as text", () => {
    const venue = venueOf();
    venue.submit([orderOf()], NOW_MS);
    const state: unknown = JSON.parse(venue.snapshot());
    expect(state).toMatchObject({
      version: 2,
      markets: [{ symbol: "SPY", orders: [{ request: { quantity: "100" }, expiresMs: null }] }],
      known: [["o1", [{ kind: "accepted" }]]],
    });
  });
  test("knows a duplicate after it was restored, and keeps the market's identity", () => {
    const venue = venueOf();
    venue.submit([orderOf()], NOW_MS);
    const other = venueOf();
    const market = other.market(SPY);
    other.restore(venue.snapshot());
    expect(other.submit([orderOf()], NOW_MS)).toMatchObject([{ reason: "duplicate" }]);
    expect(other.onBar(market, barOf(0, [101, 101, 101, 101]))).toMatchObject([{ kind: "filled" }]);
  });
  test.each(["", "{}", '{"version":1,"markets":[],"known":[]}'])("%j is refused", (text) => {
    expect(() => venueOf().restore(text)).toThrow(InputError);
  });
  test("of an instrument without a market is refused by name", () => {
    const venue = venueOf();
    venue.market(QQQ);
    expect(() => venueOf().restore(venue.snapshot())).toThrow("market of QQQ");
  });
});
