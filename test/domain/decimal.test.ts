import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  absolute,
  decimal,
  decimalOf,
  divide,
  larger,
  multiply,
  numberOf,
  ONE,
  roundDown,
  roundNearest,
  smaller,
  textOf,
} from "../../core/domain/decimal.ts";
import { InputError } from "../../core/domain/errors.ts";
import { seeded } from "../execution/fixtures.ts";

const anyDecimal = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });

describe("a decimal", () => {
  test("is read from text to the billionth", () => {
    expect(decimal("1")).toBe(ONE);
    expect(decimal("-12.50")).toBe(-12_500_000_000n);
    expect(decimal("+0.000000001")).toBe(1n);
    expect(decimal("3.")).toBe(3n * ONE);
    expect(decimal("1.0000000000000")).toBe(ONE);
  });

  test.each(["", ".5", "1e3", "NaN", "1,000", "0x10", " 1", "1.0000000001", "--1", "Infinity"])(
    "is not read from %j",
    (text) => {
      expect(() => decimal(text)).toThrow(InputError);
    },
  );

  test("comes back from its text", () => {
    fc.assert(
      fc.property(anyDecimal, (value) => decimal(textOf(value)) === value),
      seeded("decimal text", 101, 500),
    );
    expect(textOf(decimal("-0.10"))).toBe("-0.1");
    expect(textOf(0n)).toBe("0");
  });

  test("is the nearest to a float, and NaN and infinities are refused", () => {
    expect(decimalOf(0.1)).toBe(decimal("0.1"));
    expect(decimalOf(0.1 + 0.2)).toBe(decimal("0.3"));
    expect(decimalOf(123_456_789.25)).toBe(decimal("123456789.25"));
    expect(numberOf(decimal("-2.5"))).toBe(-2.5);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => decimalOf(value)).toThrow(InputError);
    }
  });

  test("is multiplied and divided half away from zero, alike on both sides", () => {
    expect(multiply(1n, ONE / 2n)).toBe(1n);
    expect(multiply(-1n, ONE / 2n)).toBe(-1n);
    expect(divide(ONE, 3n * ONE)).toBe(decimal("0.333333333"));
    expect(divide(-2n * ONE, 3n * ONE)).toBe(decimal("-0.666666667"));
    expect(() => divide(ONE, 0n)).toThrow(InputError);
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        const error = absolute(multiply(a, b) * ONE - a * b);
        return multiply(-a, b) === -multiply(a, b) && 2n * error <= ONE;
      }),
      seeded("decimal product", 102, 500),
    );
  });

  test("is rounded to steps", () => {
    expect(roundDown(decimal("10.9"), ONE)).toBe(decimal("10"));
    expect(roundDown(decimal("-10.9"), ONE)).toBe(decimal("-10"));
    expect(roundNearest(decimal("1.005"), decimal("0.01"))).toBe(decimal("1.01"));
    expect(roundNearest(decimal("-1.005"), decimal("0.01"))).toBe(decimal("-1.01"));
    expect([smaller(1n, 2n), larger(1n, 2n)]).toEqual([1n, 2n]);
  });
});
