import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { gridOf } from "../../functions/cost/grid.ts";

/** Rows of the table of sizes in the runbook: cells without spaces. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split("\n").filter((line) => /^\| (1m|15m|1d) /.test(line));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("the runbook's table of sizes is what the estimate says", async () => {
  const readme = readFileSync(new URL("../../stacks/README.md", import.meta.url), "utf8");
  const cells = await gridOf();
  const keys = [...new Set(cells.map(({ bars, instruments }) => `${bars} ${instruments}`))];
  const expected = keys.map((key) => {
    const own = cells.filter(({ bars, instruments }) => `${bars} ${instruments}` === key);
    const orders = String(Number((own[0]?.ordersPerSession ?? 0).toPrecision(3)));
    return [...key.split(" "), orders, ...own.map(({ estimate }) => estimate.billed.toFixed(2))];
  });
  expect(rowsOf(readme)).toEqual(expected);
  const dearest = (bars: string, instruments: number, profiles: number) =>
    cells.find(
      (one) =>
        one.bars === bars &&
        one.instruments === instruments &&
        one.profiles === profiles &&
        !one.stream,
    )?.estimate.billed;
  expect(dearest("1d", 10, 1)).toBeLessThan(0.5);
  expect(dearest("1m", 100, 50)).toBeLessThan(40);
}, 60_000);
