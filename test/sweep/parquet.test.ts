import { expect, test } from "vitest";
import {
  barsFromParquet,
  barsToParquet,
  rowsFromParquet,
  rowsToParquet,
} from "../../functions/sweep/parquet.ts";
import { refusedRow } from "../../functions/sweep/row.ts";
import { barsOf } from "../runtime/worlds.ts";

test("rows are read as they were written, refused ones and mixed parameters among them", async () => {
  const fine = { ...refusedRow(0, { fast: 5, kind: "close" }, ""), refused: null, sharpe: 1.25 };
  const rows = [
    { ...fine, orderListHash: "ab", trips: 3 },
    refusedRow(1, { fast: 9, kind: 2 }, "slow: expected above fast"),
  ];
  expect(await rowsFromParquet(rowsToParquet(rows))).toEqual(rows);
});

test("bars are read bit by bit as they were written", async () => {
  const rows = Array.from({ length: 500 }, (_, i) => [i / 3, i / 3 + 1, i / 7, i / 3] as const);
  const bars = barsOf(rows, 1_700_000_000_000, 60_000);
  expect(await barsFromParquet(barsToParquet(bars))).toEqual(bars);
});

test("a file of another kind is refused", async () => {
  const bars = barsToParquet(barsOf([[1, 2, 1, 2]], 0, 60_000));
  await expect(rowsFromParquet(bars)).rejects.toThrow(/expected a column `set`/);
});
