import { describe, expect, test } from "vitest";
import { ONE } from "../../core/domain/decimal.ts";
import { crypto, equity } from "../../core/domain/instruments.ts";
import { assess } from "../../core/risk/assess.ts";
import {
  accountLimitsSchema,
  limitsSchema,
  limitsText,
  rememberedMs,
} from "../../core/risk/limits.ts";
import { openingDollars } from "../../core/risk/rule.ts";
import { d, request } from "../execution/fixtures.ts";
import { contextOf, NOW_MS, outcome, rulesOf, verdict } from "./context.ts";

const sale = { side: "sell" } as const;
const limits = { allowShort: true };

describe("sales count as purchases do, the other way round", () => {
  test("with what waits to be sold, for the position", () => {
    const bound = { ...limits, maxPositionNotional: "2000" };
    expect(outcome(bound, sale, { inFlight: { sells: d("10") } })).toBe("approved");
    expect(outcome(bound, sale, { inFlight: { sells: d("10.01") } })).toBe("max-position-notional");
    expect(outcome(bound, sale, { inFlight: { buys: d("90") } })).toBe("approved");
  });
  test("for the gross exposure, where either side may fill alone", () => {
    const bound = { ...limits, maxGrossExposure: 0.5 };
    expect(outcome(bound, sale, { inFlight: { buys: d("500") } })).toBe("approved");
    expect(outcome(bound, sale, { inFlight: { buys: d("501") } })).toBe("max-gross-exposure");
    const held = { position: d("200"), grossExposure: d("30000") };
    // 10,000 elsewhere, and 40,000 here, whether bought or sold.
    expect(outcome(bound, { quantity: d("200") }, held)).toBe("approved");
    expect(outcome(bound, { quantity: d("201") }, held)).toBe("max-gross-exposure");
    expect(outcome(bound, { ...sale, quantity: d("600") }, held)).toBe("approved");
    expect(outcome(bound, { ...sale, quantity: d("601") }, held)).toBe("max-gross-exposure");
    // What waits on the other side is held against what is there before it counts.
    const waiting = { ...held, inFlight: { sells: d("300") } };
    expect(outcome({ ...limits, maxGrossExposure: 0.31 }, { quantity: d("1") }, waiting)).toBe(
      "approved",
    );
    const sold = { position: d("-200"), grossExposure: d("20000"), inFlight: { buys: d("300") } };
    expect(
      outcome({ ...limits, maxGrossExposure: 0.21 }, { ...sale, quantity: d("1") }, sold),
    ).toBe("approved");
    // With no purchase waiting, what is held is gone once the sale turns it round.
    const rich = { position: d("900"), grossExposure: d("90000") };
    expect(outcome(bound, { ...sale, quantity: d("1000") }, rich)).toBe("approved");
  });
  test("for the net exposure", () => {
    const bound = { ...limits, maxNetExposure: 0.5 };
    expect(outcome(bound, sale, { inFlight: { sellDollars: d("49000") } })).toBe("approved");
    expect(outcome(bound, sale, { inFlight: { sellDollars: d("49000.01") } })).toBe(
      "max-net-exposure",
    );
    expect(outcome(bound, sale, { inFlight: { buyDollars: d("90000") } })).toBe("approved");
  });
});

describe("what opens", () => {
  test("is the part of an order beyond what it closes, on either side", () => {
    const account = { buyingPower: d("500") };
    const short = { position: d("-10"), account };
    expect(outcome(limits, { quantity: d("15") }, short)).toBe("approved");
    expect(outcome(limits, { quantity: d("16") }, short)).toBe("buying-power");
    const long = { position: d("10"), account };
    expect(outcome(limits, { ...sale, quantity: d("15") }, long)).toBe("approved");
    expect(outcome(limits, { ...sale, quantity: d("16") }, long)).toBe("buying-power");
    // More of what is held opens with all of it.
    expect(outcome(limits, { quantity: d("6") }, long)).toBe("buying-power");
    expect(outcome(limits, { ...sale, quantity: d("6") }, short)).toBe("buying-power");
    expect(outcome(limits, { ...sale, quantity: d("6") }, { account })).toBe("buying-power");
  });
  test("costs what the order names, else the last price", () => {
    const account = { account: { buyingPower: d("900") } };
    const at = (more: object) => outcome({}, { quantity: d("10"), ...more }, account);
    expect(at({})).toBe("buying-power");
    expect(at({ type: "limit", limitPrice: d("90") })).toBe("approved");
    expect(at({ type: "stop", stopPrice: d("90") })).toBe("approved");
    expect(at({ type: "stop-limit", stopPrice: d("80"), limitPrice: d("91") })).toBe(
      "buying-power",
    );
  });
});

test("dollars of what has no price open with all of them", () => {
  const dollars = request({ quantity: null, notional: d("1000") });
  expect(openingDollars(dollars, contextOf({ price: 0n }))).toBe(d("1000"));
});

test("a denial by what the instrument is says so in words", () => {
  const why = (...of: Parameters<typeof verdict>) => {
    const found = verdict(...of);
    return found.verdict === "denied" ? found.reason : found.verdict;
  };
  expect(why({}, {}, { price: 0n })).toBe("no price above 0 is known for the instrument");
  expect(why(limits, sale, { shortable: false })).toMatch(/^the instrument cannot be sold short/);
});

describe("ticks and lots", () => {
  const at = (limitPrice: string, instrument = equity("SPY")) =>
    outcome({}, { type: "limit", limitPrice: d(limitPrice) }, { instrument });
  test("are cents from a dollar on, ten thousandths below, for shares alone", () => {
    expect(at("1.01")).toBe("approved");
    expect(at("1")).toBe("approved");
    expect(at("1.0001")).toBe("tick-and-lot");
    expect(at("0.9999")).toBe("approved");
    expect(at("0.99999")).toBe("tick-and-lot");
    expect(at("0.9999", { ...crypto("AAA/USD"), tick: d("0.01") })).toBe("tick-and-lot");
    expect(at("0.99999", equity("SPY", { tick: d("0.00001") }))).toBe("approved");
  });
  test("hold for stops and quantities, too", () => {
    const stop = { type: "stop", stopPrice: d("100.001") } as const;
    expect(outcome({}, stop)).toBe("tick-and-lot");
    const whole = { instrument: equity("SPY", { lot: ONE }) };
    expect(outcome({}, { quantity: d("1.5") }, whole)).toBe("tick-and-lot");
    expect(outcome({}, { quantity: d("2") }, whole)).toBe("approved");
    expect(outcome({}, { quantity: null, notional: d("150") }, whole)).toBe("approved");
  });
});

describe("exits", () => {
  test("go on once entries have ended, with nothing else asked", () => {
    const ended = { noEntries: "max-drawdown" };
    const found = verdict({}, {}, ended);
    expect(found).toEqual({
      verdict: "denied",
      limit: "halted",
      reason: "entries have ended by max-drawdown: exits go on",
      halts: false,
      checks: [],
    });
    expect(verdict({}, sale, { ...ended, position: d("10") })).toEqual({
      verdict: "approved",
      checks: [],
    });
    expect(outcome({}, { quantity: d("10") }, { ...ended, position: d("-10") })).toBe("approved");
    expect(outcome({}, { ...sale, quantity: d("10.01") }, { ...ended, position: d("10") })).toBe(
      "halted",
    );
  });
  test("are legs by their parent, and a leg alone by what it closes", () => {
    const ended = { noEntries: "max-drawdown" };
    for (const role of ["stop-loss", "take-profit"] as const) {
      expect(outcome({}, { ...sale, role, parentId: "p" }, ended)).toBe("approved");
      expect(outcome({}, { ...sale, role }, ended)).toBe("halted");
    }
    expect(outcome({}, { ...sale, role: "entry", parentId: "p" }, ended)).toBe("halted");
  });
  test("may not cross the market too far, but for legs and what has no limit", () => {
    const collar = { priceCollar: 0.05 };
    const held = { position: d("10") };
    expect(outcome(collar, sale, held)).toBe("approved");
    expect(outcome(collar, { ...sale, type: "limit", limitPrice: d("94") }, held)).toBe(
      "price-collar",
    );
    const leg = { role: "stop-loss", parentId: "p", type: "limit", limitPrice: d("50") } as const;
    expect(outcome(collar, { ...sale, ...leg })).toBe("approved");
    expect(
      outcome(collar, { ...sale, type: "limit", limitPrice: d("50") }, { ...held, price: 0n }),
    ).toBe("approved");
    // Nothing is known to be crossed where there is no price: the short position may be closed.
    expect(
      outcome(collar, { type: "limit", limitPrice: d("50") }, { position: d("-10"), price: 0n }),
    ).toBe("approved");
  });
});

test("a flag that passes is listed as one, and every check once", () => {
  const rules = rulesOf({ maxOrderQuantity: "10" });
  const found = assess(rules, request(), contextOf());
  expect(found.checks[0]).toEqual({ limit: "universe", value: "0", bound: "0", passed: true });
  expect(found.checks.map(({ limit }) => limit)).toEqual([
    "universe",
    "price",
    "tradable",
    "trading-halt",
    "allow-short",
    "max-order-quantity",
    "tick-and-lot",
    "self-trade",
    "buying-power",
  ]);
  expect(rules.length).toBe(found.checks.length);
});

test("a cool-down needs its losses, however lately the last one was", () => {
  const bound = { coolDown: { losses: 2, minutes: 5 } };
  expect(outcome(bound, {}, { lossesInRow: 1, lastLossMs: NOW_MS })).toBe("approved");
  expect(outcome(bound, {}, { lossesInRow: 2, lastLossMs: NOW_MS })).toBe("cool-down");
});

describe("limits as data", () => {
  const textOf = (own: object, account: object = {}) =>
    limitsText(limitsSchema.parse(own), accountLimitsSchema.parse(account));
  test("are told by what differs from the defaults", () => {
    expect(textOf({})).toBe("{}");
    expect(textOf({ allowShort: false, maxOrderNotional: "10" })).toBe('{"maxOrderNotional":"10"}');
    expect(textOf({ allowShort: true }, { maxOpenOrders: 3, deadManMinutes: 15 })).toBe(
      '{"allowShort":true,"account":{"maxOpenOrders":3}}',
    );
  });
  test("look back for as long as the longest of them asks", () => {
    const remembered = (own: object) => rememberedMs(limitsSchema.parse(own));
    expect(remembered({})).toBe(0);
    expect(remembered({ maxOrdersPerMinute: 5 })).toBe(60_000);
    expect(remembered({ duplicateSeconds: 30 })).toBe(30_000);
    expect(remembered({ duplicateSeconds: 30, maxOrdersPerMinute: 5 })).toBe(60_000);
    expect(remembered({ duplicateSeconds: 90, maxOrdersPerMinute: 5 })).toBe(90_000);
  });
});
