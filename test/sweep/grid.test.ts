import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../../core/domain/errors.ts";
import { setsOf } from "../../functions/sweep/grid.ts";

const known = ["fast", "slow", "kind"];

test("a grid is every combination, the last parameter changing fastest", () => {
  expect(setsOf("fast=5..15:5,slow=20|50", known)).toEqual([
    { fast: 5, slow: 20 },
    { fast: 5, slow: 50 },
    { fast: 10, slow: 20 },
    { fast: 10, slow: 50 },
    { fast: 15, slow: 20 },
    { fast: 15, slow: 50 },
  ]);
});

test("steps of tenths are the tenths that were written", () => {
  expect(setsOf("fast=0.1..0.5:0.1", known).map(({ fast }) => fast)).toEqual([
    0.1, 0.2, 0.3, 0.4, 0.5,
  ]);
  expect(setsOf("fast=-2..1", known).map(({ fast }) => fast)).toEqual([-2, -1, 0, 1]);
});

test("values are JSON where they are, else text", () => {
  expect(setsOf("kind=true|close|1.5", known)).toEqual([
    { kind: true },
    { kind: "close" },
    { kind: 1.5 },
  ]);
});

test.each([
  ["", /expected NAME=FROM\.\.TO:STEP/],
  ["quick=1..2", /expected a parameter of the strategy \(fast, slow, kind\), got "quick"/],
  ["fast", /expected fast=VALUES/],
  ["fast=5..1", /going up/],
  ["fast=1..5:0", /going up/],
  ["fast=1..x", /going up/],
  ["fast=1,fast=2", /expected fast once/],
  ["fast=1..1000,slow=1..1000", /at most 100000/],
  ["fast=1..1000000000", /fewer values/],
])("%s is refused", (grid, words) => {
  expect(() => setsOf(grid, known)).toThrow(words);
  expect(() => setsOf(grid, known)).toThrow(InputError);
});

test("a range has as many values as fit, first and last among them where the step divides", () => {
  const whole = (min: number, max: number) => fc.integer({ min, max });
  fc.assert(
    fc.property(whole(-50, 50), whole(1, 9), whole(0, 40), (from, step, count) => {
      const values = setsOf(`fast=${from}..${from + step * count}:${step}`, known);
      expect(values).toHaveLength(count + 1);
      expect(values.at(-1)).toEqual({ fast: from + step * count });
    }),
    { seed: 20_261_121 },
  );
});
