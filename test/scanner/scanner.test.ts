import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crypto } from "../../core/domain/instruments.ts";
import { catalogue } from "../../core/events/catalogue.ts";
import { defineScanner } from "../../core/scanner/define.ts";
import { seeded } from "../execution/fixtures.ts";
import { bars, candidate, reasonOf, scanned } from "./fixtures.ts";

describe("filters say why, with their numbers", () => {
  const spy = candidate("SPY", [100, 102, 101]);

  test("price is the last one since the last daily bar where there is one", () => {
    expect(reasonOf({ kind: "price", min: 101 }, spy)).toBe("true: price 101");
    const early = { ...spy, today: { open: 98, price: 99.5, volume: 10 } };
    expect(reasonOf({ kind: "price", min: 101 }, early)).toBe("false: price 99.5 below 101");
  });
  test("a gap is today's open over the last close, before the open the last price, else the last bar's", () => {
    const open = { ...spy, today: { open: 102.212, price: 104, volume: 10 } };
    expect(reasonOf({ kind: "gap", min: 0.02 }, open)).toBe("false: gap 1.2 % below 2 %");
    const early = { ...spy, today: { open: null, price: 104.03, volume: 10 } };
    expect(reasonOf({ kind: "gap", min: 0.02 }, early)).toBe("true: gap 3 %");
    const [first, last] = bars([100, 103]);
    if (first === undefined || last === undefined) throw new Error("no bars");
    const late = { ...spy, bars: [first, { ...last, open: 102.5 }] };
    expect(reasonOf({ kind: "gap", min: 0.02 }, late)).toBe("true: gap 2.5 %");
  });
  test("change is measured over as many bars as asked for", () => {
    expect(reasonOf({ kind: "change", max: 0 }, spy)).toBe("true: 1-day change -0.9804 %");
    expect(reasonOf({ kind: "change", bars: 2, max: 0 }, spy)).toBe(
      "false: 2-day change 1 % above 0 %",
    );
  });
  test("volumes: the last, relative to the ones before it, in dollars, since the last bar", () => {
    const history = [...bars([10, 10, 10], 1_000).slice(0, 2), ...bars([10], 3_000)];
    const one = candidate("X", [], { bars: history });
    expect(reasonOf({ kind: "volume", min: 1 }, one)).toBe("true: volume 3000");
    expect(reasonOf({ kind: "relative-volume", bars: 2, min: 2 }, one)).toBe(
      "true: 2-day relative volume 3",
    );
    expect(reasonOf({ kind: "average-dollar-volume", bars: 3, min: 20_000 }, one)).toBe(
      "false: 3-day average dollar volume 16667 below 20000",
    );
    expect(reasonOf({ kind: "volume-today", min: 1 }, one)).toBe(
      "false: volume today: nothing has traded since the last daily bar",
    );
    const today = { open: null, price: 10, volume: 500 };
    expect(reasonOf({ kind: "volume-today", min: 1 }, { ...one, today })).toBe(
      "true: volume today 500",
    );
  });
  test("volatility is a fraction a year, of 252 sessions or 365 days", () => {
    const closes = [100, 101, 100, 101, 100];
    const step = Math.log(1.01);
    const deviation = Math.sqrt((4 * step ** 2) / 3);
    const shares = (deviation * Math.sqrt(252) * 100).toPrecision(4);
    const coins = (deviation * Math.sqrt(365) * 100).toPrecision(4);
    const filter = { kind: "volatility", bars: 4, max: 5 } as const;
    expect(reasonOf(filter, candidate("X", closes))).toBe(`true: 4-day volatility ${shares} %`);
    const coin = candidate("BTC/USD", closes, { instrument: crypto("BTC/USD") });
    expect(reasonOf(filter, coin)).toBe(`true: 4-day volatility ${coins} %`);
  });
  test("facts of the asset", () => {
    const energy = { ...spy, attributes: { sector: "energy", marketCap: 5e9 } };
    expect(reasonOf({ kind: "asset", assetClass: "crypto" }, spy)).toBe(
      "false: asset class us-equity, not crypto",
    );
    expect(reasonOf({ kind: "asset", shortable: false }, spy)).toBe("false: can be sold short");
    const sectors = { sector: ["tech", "health"] };
    expect(reasonOf({ kind: "asset", attributes: sectors }, energy)).toBe(
      "false: sector energy, not tech or health",
    );
    expect(reasonOf({ kind: "asset", attributes: sectors }, spy)).toBe("false: sector: not known");
    expect(reasonOf({ kind: "attribute", name: "marketCap", min: 1e10 }, energy)).toBe(
      "false: marketCap 5000000000 below 10000000000",
    );
  });
  test("the author's own functions have a name", () => {
    const filter = {
      kind: "own",
      name: "days up",
      measure: ({ bars }: { bars: readonly { open: number; close: number }[] }) =>
        bars.filter(({ open, close }) => close > open).length,
      min: 2,
    } as const;
    expect(reasonOf(filter, spy)).toBe("false: days up 1 below 2");
    expect(reasonOf({ ...filter, measure: () => null }, spy)).toBe("false: days up: no days up");
    expect(reasonOf({ ...filter, measure: () => Number.NaN }, spy)).toBe(
      "false: days up: days up is no number",
    );
  });
  test("too little history is a reason, not an error", () => {
    expect(reasonOf({ kind: "relative-volume", min: 1 }, spy)).toBe(
      "false: 20-day relative volume: needs 21 daily bars, has 3",
    );
    for (const kind of ["price", "gap", "change", "volume", "volatility"] as const) {
      expect(reasonOf({ kind, min: 0 }, candidate("NEW", []))).toMatch(
        /^false: .*(no price|needs)/,
      );
    }
  });
});

describe("selection", () => {
  test("keeps the top by rank, gives each its place, and fits the event", () => {
    const of = ["A", "B", "C", "D"].map((symbol, i) => candidate(symbol, [10 + i]));
    const found = scanned({ top: 2, filters: [{ kind: "price", max: 12 }] }, of);
    expect(found.selected).toEqual(["C", "B"]);
    expect(
      found.candidates.map(({ symbol, kept, rank, score }) => [symbol, kept, rank, score]),
    ).toEqual([
      ["C", true, 1, 12],
      ["B", true, 2, 11],
      ["A", false, 3, 10],
      ["D", false, null, null],
    ]);
    expect(found.candidates[2]?.reason).toBe("price 10; rank 3 of 3 by price 10, beyond the top 2");
    expect(catalogue["universe.selected.v1"].parse(found)).toEqual(found);
  });
  test("the lowest come first where asked, and filters may be none", () => {
    const of = [candidate("A", [2]), candidate("B", [1])];
    const found = scanned({ rank: { kind: "price", order: "lowest-first" } }, of);
    expect(found.selected).toEqual(["B", "A"]);
    expect(found.candidates[0]?.reason).toBe("rank 1 of 2 by price 1");
  });
  test("what cannot be ranked is dropped with the reason", () => {
    const found = scanned({ rank: { kind: "change", bars: 5 } }, [candidate("A", [1])]);
    expect(found.candidates[0]).toMatchObject({
      kept: false,
      reason: "no rank by 5-day change: needs 6 daily bars, has 1",
    });
  });
  test("a symbol that comes twice and a bar of the future are refused", () => {
    const one = candidate("A", [1]);
    expect(() => scanned({}, [one, one])).toThrow("got A twice");
    const late = candidate("B", [1], { bars: bars([1], 1, 101 * 86_400_000) });
    expect(() => scanned({}, [late])).toThrow("expected bars that closed by");
  });
  test("a wrong scanner is refused with its name and field", () => {
    const define = (filters: unknown) =>
      defineScanner({ name: "gaps", rank: { kind: "gap" }, top: 1, filters: filters as never });
    expect(() => define([{ kind: "gap" }])).toThrow("scanner gaps: filters.0: expected min, max");
    expect(() => define([{ kind: "price", min: 3, max: 2 }])).toThrow("filters.0.max");
    expect(() => define([{ kind: "gapp", min: 1 }])).toThrow("filters.0.kind");
    expect(() => define([{ kind: "own", name: "x", measure: 3, min: 1 }])).toThrow(
      "filters.0.measure: expected a function",
    );
  });

  test("the order of the candidates makes no difference, and ties go by symbol", () => {
    const candidates = fc
      .uniqueArray(fc.stringMatching(/^[A-Z]{1,4}$/), { minLength: 1, maxLength: 12 })
      .chain((symbols) => {
        const priced = symbols.map((symbol, i) => candidate(symbol, [1 + (i % 3)]));
        return fc.tuple(
          fc.constant(priced),
          fc.shuffledSubarray(priced, { minLength: priced.length }),
        );
      });
    fc.assert(
      fc.property(candidates, fc.integer({ min: 1, max: 5 }), ([given, shuffled], top) => {
        const found = scanned({ top, filters: [{ kind: "price", min: 2 }] }, given);
        expect(scanned({ top, filters: [{ kind: "price", min: 2 }] }, shuffled)).toEqual(found);
        expect(found.candidates).toHaveLength(given.length);
        expect(found.selected.length).toBeLessThanOrEqual(top);
        const ranked = found.candidates.filter(({ rank }) => rank !== null);
        for (const [i, one] of ranked.entries()) {
          const next = ranked[i + 1];
          if (next === undefined || one.score !== next.score) continue;
          expect(one.symbol < next.symbol).toBe(true);
        }
      }),
      seeded("scanner order", 20260108, 200),
    );
  });
});
