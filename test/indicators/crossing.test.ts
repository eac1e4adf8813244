import { describe, expect, test } from "vitest";
import { crossedAbove, crossedBelow, sma } from "../../core/indicators/index.ts";
import { barAt, feed } from "./bars.ts";

const line = (previous: number, now: number) => ({ previous, now });

describe("crossing", () => {
  test.each([
    ["from below to above", line(1, 3), line(2, 2), true, false],
    ["from above to below", line(3, 1), line(2, 2), false, true],
    ["from touching to above", line(2, 3), line(2, 2), true, false],
    ["from touching to below", line(2, 1), line(2, 2), false, true],
    ["from below to touching", line(1, 2), line(2, 2), false, false],
    ["from above to touching", line(3, 2), line(2, 2), false, false],
    ["staying above", line(3, 4), line(2, 2), false, false],
    ["while the other moves across", line(2, 2), line(3, 1), true, false],
  ])("%s", (_name, a, b, above, below) => {
    expect(crossedAbove(a, b)).toBe(above);
    expect(crossedBelow(a, b)).toBe(below);
    if (b.previous !== b.now) return;
    expect(crossedAbove(a, b.now)).toBe(above);
    expect(crossedBelow(a, b.now)).toBe(below);
  });

  test("is not seen at the first value, which has none before it", () => {
    const state = feed(sma(1), sma(1).create(), [barAt(10)]);
    expect(crossedAbove(state, 5)).toBe(false);
    expect(crossedBelow(state, 15)).toBe(false);
  });
});
