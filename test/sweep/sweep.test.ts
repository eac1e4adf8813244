import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rowsFromParquet } from "../../functions/sweep/parquet.ts";
import { run } from "../cli/terminal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bellwether-sweep-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const grid = ["sweep", "aapl-trend", "--grid", "fast=10|20,slow=2..42:20", "--fees", "bps:1"];

describe("bellwether sweep", () => {
  test("gives for each set the orders of a replay with these parameters", async () => {
    const parquet = join(folder, "rows.parquet");
    const json = join(folder, "rows.json");
    const shown = await run(...grid, "--threads", "2", "--parquet", parquet, "--json", json);
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/6 sets in .* 2 threads/)]);
    expect(shown.err).toMatch(/note: 2 sets were refused, first: .*slow/);
    const { rows, verdict } = JSON.parse(await readFile(json, "utf8"));
    expect(await rowsFromParquet(new Uint8Array(await readFile(parquet)))).toEqual(rows);
    expect(verdict.tried).toBe(4);
    expect(rows[1].set).toEqual({ fast: 10, slow: 22 });
    const replay = await run("replay", "aapl-trend", "--fees", "bps:1", "--json");
    const [standard] = JSON.parse(replay.out).profiles;
    const { fast, slow } = standard.params;
    const same = await run(
      "sweep",
      "aapl-trend",
      "--grid",
      `fast=${fast},slow=${slow}`,
      "--json",
      "--fees",
      "bps:1",
    );
    const [row] = JSON.parse(same.out).rows;
    expect(row).toMatchObject({
      orderListHash: standard.orderListHash,
      sharpe: standard.statistics.sharpe,
      endEquity: standard.statistics.endEquity,
    });
  }, 60_000);

  test("gives the same rows on one thread as on three", async () => {
    const [one, three] = await Promise.all(
      ["1", "3"].map((threads) => run(...grid, "--threads", threads, "--json")),
    );
    expect(one?.out).toBe(three?.out);
  }, 60_000);

  test.each([
    [["sweep", "--grid", "fast=1"], /either a profile or --strategy/],
    [["sweep", "aapl-trend", "--grid", "quick=1"], /expected a parameter of the strategy/],
    [["sweep", "aapl-trend", "--grid", "fast=1", "--bars", "1h"], /--bars: goes with --strategy/],
    [["sweep", "aapl-trend", "--grid", "fast=9", "--out-of-sample", "1"], /outOfSample/],
    [["sweep", "aapl-trend", "--grid", "fast=9", "--fees", "lots"], /fees/],
    [["sweep", "webhook-spy", "--grid", "stopAtr=1", "--data", "."], /bars alone drive/],
    [["sweep", "aapl-trend", "--grid", "fast=50,slow=2"], /every set was refused/],
    [["sweep", "aapl-trend", "--grid", "fast=9", "--bucket", "b"], /--name/],
  ])(
    "%j is refused",
    async (args, words) => {
      const { code, err } = await run(...args);
      expect([code, err]).toEqual([2, expect.stringMatching(words)]);
    },
    30_000,
  );
});
