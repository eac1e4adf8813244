import { describe, expect, test } from "vitest";
import { judge } from "../../functions/sweep/judge.ts";
import { refusedRow, type SweepRow } from "../../functions/sweep/row.ts";

const row = (index: number, firstSharpe: number, lastSharpe: number, trips = 100): SweepRow => ({
  ...refusedRow(index, { n: index }, ""),
  refused: null,
  firstSharpe,
  lastSharpe,
  trips,
});

describe("a verdict", () => {
  test("names the best set of the stretch that sets are chosen by", () => {
    const rows = [row(0, 0.5, 2), row(1, 1.5, 0.1), refusedRow(2, {}, "slow: too fast")];
    expect(judge(rows, 0.3)).toMatchObject({ tried: 2, best: { index: 1 }, lastRank: 2 });
  });

  test("expects of 100 lucky sets a best one 2.5 deviations up, as the paper's table has it", () => {
    // Bailey and López de Prado (2014): E[max] of 100 standard normal draws is about 2.51.
    const normal = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const { luckySharpe } = judge(
      normal.map((one, i) => row(i, one, one)),
      0.3,
    );
    expect(luckySharpe).toBeCloseTo(2.53, 1);
  });

  test("warns where the best is no better than luck, and where the order does not hold", () => {
    const rows = Array.from({ length: 9 }, (_, i) => row(i, i / 10 - 0.6, -i / 10));
    const { warnings, agreement } = judge(rows, 0.3);
    expect(agreement).toBeCloseTo(-1, 9);
    expect(warnings.join("\n")).toMatch(/luck alone[\s\S]*rank correlation -1\.00/);
    expect(warnings.at(-1)).toBe("after the cut the best set is number 9 of 9");
  });

  test("says nothing against an order that holds, with a best set far above the rest", () => {
    const rows = Array.from({ length: 200 }, (_, i) =>
      row(i, i === 0 ? 9 : 1 - i / 1e4, 1 - i / 1e4),
    );
    expect(judge(rows, 0.3).warnings).toEqual([]);
  });

  test("says that nothing is left to check by where no session was kept back", () => {
    const rows = Array.from({ length: 4 }, (_, i) => row(i, i, i));
    expect(judge(rows, 0)).toMatchObject({ agreement: null, lastRank: null });
    expect(judge(rows, 0).warnings.join()).toMatch(/every session was searched/);
  });

  test("says so where nothing can be said", () => {
    expect(judge([refusedRow(0, {}, "no")], 0.3).warnings.join()).toMatch(/nothing can be said/);
  });
});
