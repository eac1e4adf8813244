import { isSafePattern } from "redos-detector";
import { describe, expect, it } from "vitest";
import { isIn, readTree } from "../floors/tree.ts";
import { builtExpressions, type Expression, expressionsOf } from "./expressions.ts";

const tree = readTree().filter(({ path }) => isIn(path, "core", "functions", "stacks"));

/** Ways to backtrack, at most; some text could make it take ever longer otherwise. */
const MOST_WAYS = 200;

function isSafe({ pattern, flags }: Expression): boolean {
  return isSafePattern(pattern, {
    caseInsensitive: flags.includes("i"),
    unicode: flags.includes("u"),
    dotAll: flags.includes("s"),
    multiLine: flags.includes("m"),
    maxScore: MOST_WAYS,
  }).safe;
}

describe("no text makes an expression take for ever", () => {
  it("every expression of the code has few ways to fail", () => {
    const all = expressionsOf(tree);
    expect(all.length).toBeGreaterThan(50);
    const unsafe = all.filter((one) => !isSafe(one));
    expect(unsafe.map(({ where, pattern }) => `${where}: ${pattern}`)).toEqual([]);
  });

  it("no expression is put together while running, where nothing could judge it", () => {
    expect(builtExpressions(tree)).toEqual([]);
  });

  it.each([
    ["const a = /^(a+)+$/;", false],
    ["const a = /\\s+$/;", false],
    ['new RegExp("(x*)*y", "i");', false],
    ["const a = /^\\d{4}-\\d\\d$/;", true],
  ])("%s is judged", (text, safe) => {
    const [one] = expressionsOf([{ path: "core/planted.ts", text }]);
    expect(one === undefined ? null : isSafe(one)).toBe(safe);
  });

  it.each(["new RegExp(text);", "RegExp(`^$" + "{a}$`);", 'new RegExp("a", flags);'])(
    "%s is put together",
    (text) => {
      expect(builtExpressions([{ path: "core/planted.ts", text }])).toHaveLength(1);
      expect(expressionsOf([{ path: "core/planted.ts", text }])).toEqual([]);
    },
  );
});
