import { expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { Extremes } from "../../core/runtime/extremes.ts";

const bar = (openTimeMs: number, high: number, low: number, close: number) => {
  return { openTimeMs, closeTimeMs: openTimeMs + 60, open: close, high, low, close, volume: 1 };
};

test("extremes count from a time on, and the last bar always does", () => {
  const extremes = new Extremes();
  expect(extremes.since("AAA", 0)).toBeNull();
  extremes.take("AAA", bar(0, 120, 90, 100));
  extremes.take("AAA", bar(60, 111, 99, 105));
  extremes.take("AAA", bar(120, 108, 101, 104));
  const of = (high: string, low: string) => {
    return { price: decimal("104"), high: decimal(high), low: decimal(low) };
  };
  expect(extremes.since("AAA", 0)).toEqual(of("120", "90"));
  expect(extremes.since("AAA", 1)).toEqual(of("111", "99"));
  expect(extremes.since("AAA", 1_000)).toEqual(of("108", "101"));
});
