import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Position } from "../../core/domain/book.ts";
import { type Decimal, multiply, ONE, ZERO } from "../../core/domain/decimal.ts";
import { InputError, InvariantError } from "../../core/domain/errors.ts";
import type { Side } from "../../core/domain/order.ts";
import {
  applyFill,
  applySplit,
  averagePrice,
  marketValue,
  type PositionFill,
  splitQuantity,
  unrealised,
} from "../../core/domain/position.ts";
import { d, seeded } from "../execution/fixtures.ts";

function trade(side: Side, quantity: string, price: string, timeMs = 1): PositionFill {
  return { symbol: "SPY", side, quantity: d(quantity), price: d(price), timeMs };
}

function traded(fills: readonly PositionFill[]) {
  let position: Position | undefined;
  let realised: Decimal = ZERO;
  for (const fill of fills) {
    const change = applyFill(position, fill);
    position = change.position;
    realised += change.realised;
  }
  return { position, realised };
}

function held(fills: readonly PositionFill[]): Position {
  const { position } = traded(fills);
  if (position === undefined) throw new Error("expected a position");
  return position;
}

const longLots = [trade("buy", "10", "100", 1), trade("buy", "10", "110", 2)];

describe("a position", () => {
  test("opens long, adds lots and closes them first in, first out", () => {
    expect(held(longLots)).toMatchObject({ quantity: d("20"), cost: d("2100"), openedTimeMs: 1 });
    const { position, realised } = traded([...longLots, trade("sell", "15", "120", 3)]);
    expect(realised).toBe(d("250"));
    expect(position).toMatchObject({ quantity: d("5"), cost: d("550"), realised: d("250") });
    expect(position?.lots).toEqual([{ quantity: d("5"), price: d("110"), openedTimeMs: 2 }]);
  });

  test("is gone when flat", () => {
    const { position, realised } = traded([...longLots, trade("sell", "20", "90", 3)]);
    expect(position).toBeUndefined();
    expect(realised).toBe(d("-300"));
  });

  test("earns short as prices fall", () => {
    const short = [trade("sell", "10", "100", 1), trade("sell", "5", "90", 2)];
    expect(held(short)).toMatchObject({ quantity: d("-15"), cost: d("-1450") });
    const { position, realised } = traded([...short, trade("buy", "12", "80", 3)]);
    expect(realised).toBe(d("220"));
    expect(position).toMatchObject({ quantity: d("-3"), cost: d("-270") });
  });

  test("flips through zero either way", () => {
    const flipped = traded([...longLots, trade("sell", "25", "120", 3)]);
    expect(flipped.realised).toBe(d("300"));
    expect(flipped.position).toMatchObject({
      quantity: d("-5"),
      cost: d("-600"),
      realised: d("300"),
      openedTimeMs: 3,
    });
    const back = traded([trade("sell", "5", "120", 1), trade("buy", "8", "100", 2)]);
    expect(back.realised).toBe(d("100"));
    expect(back.position).toMatchObject({ quantity: d("3"), cost: d("300") });
  });

  test("takes a late fill of the same side into its place by time", () => {
    const late = [trade("buy", "10", "110", 2), trade("buy", "10", "100", 1)];
    expect(held(late)).toEqual(held(longLots));
  });

  test("is worth its price, and tells its average", () => {
    const position = held(longLots);
    expect(averagePrice(position)).toBe(d("105"));
    expect(marketValue(position, d("106"))).toBe(d("2120"));
    expect(unrealised(position, d("106"))).toBe(d("20"));
    const short = held([trade("sell", "10", "100")]);
    expect(averagePrice(short)).toBe(d("100"));
    expect(marketValue(short, d("90"))).toBe(d("-900"));
    expect(unrealised(short, d("90"))).toBe(d("100"));
  });

  test("refuses fills of another symbol or of nothing", () => {
    const other = { ...trade("buy", "1", "1"), symbol: "QQQ" };
    expect(() => applyFill(held(longLots), other)).toThrow(
      new InvariantError("expected a fill of SPY above 0, got 1 QQQ"),
    );
    expect(() => applyFill(undefined, trade("buy", "0", "1"))).toThrow(
      new InvariantError("expected a fill of SPY above 0, got 0 SPY"),
    );
  });

  test("whose lots do not add up to it stops at once, and says by how much", () => {
    const broken = { ...held(longLots), quantity: d("30") };
    expect(() => applyFill(broken, trade("sell", "25", "1"))).toThrow(
      new InvariantError("expected lots to cover -25, left -5"),
    );
  });

  test("keeps fills of one time in the order in which they came, late ones, too", () => {
    const lots = (...fills: PositionFill[]) => held(fills).lots.map(({ price }) => price);
    const [first, second] = [trade("buy", "1", "10", 5), trade("buy", "1", "11", 5)];
    expect(lots(first, second)).toEqual([d("10"), d("11")]);
    expect(lots(first, second, trade("buy", "1", "12", 4))).toEqual([d("12"), d("10"), d("11")]);
    expect(lots(first, trade("buy", "1", "12", 7), second)).toEqual([d("10"), d("11"), d("12")]);
    expect(held([second, trade("buy", "1", "12", 4)]).openedTimeMs).toBe(4);
    expect(held([second, trade("buy", "1", "12", 7)]).openedTimeMs).toBe(5);
  });

  test("closes lots whole and in part, and keeps the times of what stays", () => {
    const three = [...longLots, trade("buy", "10", "120", 3)];
    const { position } = traded([...three, trade("sell", "10", "100", 4)]);
    expect(position?.lots.map(({ openedTimeMs }) => openedTimeMs)).toEqual([2, 3]);
    expect(position).toMatchObject({ openedTimeMs: 1, cost: d("2300") });
    const rest = traded([...three, trade("sell", "10.5", "100", 4)]).position;
    expect(rest?.lots.map(({ quantity }) => quantity)).toEqual([d("9.5"), d("10")]);
  });
});

/** Amounts with all nine places, so that every product is rounded. */
const amount = fc.bigInt({ min: 1n, max: 50n * ONE });
const anyFill = fc.record({
  symbol: fc.constant("SPY"),
  side: fc.constantFrom<Side>("buy", "sell"),
  quantity: amount,
  price: amount,
  timeMs: fc.integer({ min: 1, max: 1_000 }),
});
const fills = fc.array(anyFill, { minLength: 1, maxLength: 30 });

function cashOf(all: readonly PositionFill[]): Decimal {
  return all.reduce((sum, { side, quantity, price }) => {
    const notional = multiply(quantity, price);
    return side === "buy" ? sum - notional : sum + notional;
  }, ZERO);
}

function signedSum(all: readonly PositionFill[]): Decimal {
  return all.reduce((sum, f) => (f.side === "buy" ? sum + f.quantity : sum - f.quantity), ZERO);
}

describe("rounding", () => {
  test("loses nothing: realised profit less open cost is the cash of all fills", () => {
    fc.assert(
      fc.property(fills, (all) => {
        const { position, realised } = traded(all);
        expect(position?.quantity ?? ZERO).toBe(signedSum(all));
        expect(realised - (position?.cost ?? ZERO)).toBe(cashOf(all));
        const lots = position?.lots ?? [];
        expect(lots.reduce((sum, lot) => sum + lot.quantity, ZERO)).toBe(signedSum(all));
        const cost = lots.reduce((sum, lot) => sum + multiply(lot.quantity, lot.price), ZERO);
        expect(cost).toBe(position?.cost ?? ZERO);
      }),
      seeded("position cash", 201, 500),
    );
  });

  test("does not depend on the pieces in which lots are closed", () => {
    const pieces = fc.array(fc.bigInt({ min: 1n, max: 3n * ONE }), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(pieces, amount, amount, (sizes, firstPrice, secondPrice) => {
        const total = sizes.reduce((sum, size) => sum + size, ZERO);
        const buy = (quantity: Decimal, price: Decimal, timeMs: number): PositionFill => ({
          symbol: "SPY",
          side: "buy",
          quantity,
          price,
          timeMs,
        });
        const start = [buy(total / 2n + 1n, firstPrice, 1), buy(total, secondPrice, 2)];
        const sell = (quantity: Decimal): PositionFill => ({
          ...trade("sell", "1", "7", 3),
          quantity,
        });
        const whole = held([...start, sell(total)]);
        const cut = held([...start, ...sizes.map(sell)]);
        expect({ ...cut, realised: ZERO }).toEqual({ ...whole, realised: ZERO });
      }),
      seeded("position pieces", 202, 300),
    );
  });

  test("does not depend on the order in which fills of one side arrive", () => {
    const distinct = fc.uniqueArray(anyFill, { selector: (f) => f.timeMs, maxLength: 12 });
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.nat()), (all, noise) => {
        const buys = all.map((f) => ({ ...f, side: "buy" as const }));
        const shuffled = buys
          .map((f) => ({ f, key: noise.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ f }) => f);
        const inTime = buys.toSorted((a, b) => a.timeMs - b.timeMs);
        expect(traded(shuffled)).toEqual(traded(inTime));
      }),
      seeded("position arrival", 203, 300),
    );
  });
});

describe("a split", () => {
  test("scales lots and keeps the cost", () => {
    const { position, realised, cash } = applySplit(held(longLots), d("4"));
    expect([realised, cash]).toEqual([ZERO, ZERO]);
    expect(position).toMatchObject({ quantity: d("80"), cost: d("2100") });
    expect(position?.lots.map(({ price }) => price)).toEqual([d("25"), d("27.5")]);
  });

  test("of one for one is the same position", () => {
    const position = held(longLots);
    expect(applySplit(position, ONE).position).toBe(position);
  });

  test("pays cash in lieu of a fraction, at the price or else at cost", () => {
    const position = held([trade("buy", "25", "10")]);
    const paid = applySplit(position, d("0.1"), { lot: ONE, price: d("120") });
    expect(paid).toMatchObject({ cash: d("60"), realised: d("10") });
    expect(paid.position).toMatchObject({ quantity: d("2"), cost: d("200") });
    const atCost = applySplit(position, d("0.1"), { lot: ONE });
    expect(atCost).toMatchObject({ cash: d("50"), realised: ZERO });
    const short = applySplit(held([trade("sell", "25", "10")]), d("0.1"), {
      lot: ONE,
      price: d("120"),
    });
    expect(short).toMatchObject({ cash: d("-60"), realised: d("-10") });
    expect(short.position?.quantity).toBe(d("-2"));
  });

  test("pays out a position that is less than one lot", () => {
    const position = held([trade("buy", "5", "10")]);
    const gone = applySplit(position, d("0.1"), { lot: ONE, price: d("90") });
    expect(gone).toEqual({ position: undefined, cash: d("45"), realised: d("-5") });
  });

  test("of a ratio that was rounded finds the whole number that was meant", () => {
    expect(splitQuantity(d("300"), d("0.333333333"))).toBe(d("100"));
    expect(splitQuantity(d("-7"), d("0.142857143"))).toBe(d("-1"));
    expect(splitQuantity(d("6"), d("1.333333333"))).toBe(d("7.999999998") + 2n);
    expect(splitQuantity(d("100"), d("0.333333333"))).toBe(d("33.3333333"));
    expect(splitQuantity(d("33.333333333"), d("3"))).toBe(d("99.999999999"));
    const refused = (ratio: string) => () => splitQuantity(ONE, d(ratio));
    expect(refused("0")).toThrow(new InputError("expected a ratio above 0, got 0"));
    expect(refused("-2")).toThrow(new InputError("expected a ratio above 0, got -2"));
  });

  test("that leaves nothing to hold costs what the position had cost", () => {
    const crumb = held([trade("buy", "0.000000001", "3000000000")]);
    expect(applySplit(crumb, d("0.1"))).toEqual({
      position: undefined,
      realised: d("-3"),
      cash: ZERO,
    });
  });

  test("leaves out lots that come to nothing, and gives their cost to no other", () => {
    const lots = [trade("buy", "0.000000001", "5", 1), trade("buy", "10", "100", 2)];
    const { position } = applySplit(held(lots), d("0.1"));
    expect(position?.lots).toHaveLength(1);
    expect(position).toMatchObject({ quantity: d("1"), cost: d("1000.000000005") });
  });

  test("balances to the billionth, whatever follows", () => {
    const ratio = fc.bigInt({ min: 1_000_000n, max: 20n * ONE });
    const lot = fc.constantFrom<Decimal>(1n, 1_000n, ONE);
    fc.assert(
      fc.property(fills, ratio, lot, amount, fills, (before, by, step, price, later) => {
        const { position, realised } = traded(before);
        if (position === undefined) return;
        const split = applySplit(position, by, { lot: step, price });
        const lots = split.position?.lots ?? [];
        const quantity = split.position?.quantity ?? ZERO;
        expect(lots.reduce((sum, each) => sum + each.quantity, ZERO)).toBe(quantity);
        let now = split.position;
        let profit = realised + split.realised;
        for (const fill of later) {
          const change = applyFill(now, fill);
          now = change.position;
          profit += change.realised;
        }
        const cash = cashOf(before) + split.cash + cashOf(later);
        expect(profit - (now?.cost ?? ZERO)).toBe(cash);
        expect(now?.quantity ?? ZERO).toBe(quantity + signedSum(later));
      }),
      seeded("split balance", 204, 500),
    );
  });
});
