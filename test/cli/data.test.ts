import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "./terminal.ts";

const SPLIT = "2014-06-09";
const DAYS = ["2014-06-02", "2014-06-03", "2014-06-04", "2014-06-05", "2014-06-06"];
const AFTER = [SPLIT, "2014-06-10", "2014-06-11", "2014-06-12", "2014-06-13"];

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bellwether-data-"));
  for (const name of ["bare", "whole"]) {
    await mkdir(join(folder, name, "daily"), { recursive: true });
    const row = (price: number) => (date: string) =>
      `${date},${price},${price + 1},${price - 1},${price},1000000`;
    const rows = [...DAYS.map(row(700)), ...AFTER.map(row(100))];
    const text = ["date,open,high,low,close,volume", ...rows].join("\n");
    await writeFile(join(folder, name, "daily", "SEVN.csv"), `${text}\n`);
  }
  await mkdir(join(folder, "whole", "corporate-actions"));
  const head = "ex_date,symbol,type,value,last_cum_date,close_on_last_cum_date";
  const split = `${SPLIT},SEVN,split,7,2014-06-06,700`;
  await writeFile(join(folder, "whole", "corporate-actions", "events.csv"), `${head}\n${split}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

function replay(data: string, ...args: string[]) {
  const strategy = ["--strategy", "fixed-mix", "--symbols", "SEVN", "--params"];
  const command = ["replay", ...strategy, 'weights={"SEVN":1}', "--data", join(folder, data)];
  return run(...command, ...args);
}

describe("the data folder of a replay", () => {
  test("brings its own splits: what is held is restated, and nothing is lost over the night", async () => {
    const { code, out, err } = await replay("whole");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/\$100,000 +0\.00 %/);
  });

  test("without them warns of the night that looks like a split, and names it", async () => {
    for (const [data, ...args] of [["bare"], ["whole", "--actions", "none"]] as const) {
      const { code, out, err } = await replay(data, ...args);
      expect(code).toBe(0);
      expect(out).toMatch(/-84\.\d\d %/);
      expect(err).toContain(`with no split known: ${SPLIT} (×0.14)`);
      expect(err).toContain("--actions");
    }
  });

  test("may hold finer bars than the strategy's; what waits over a split fills restated", async () => {
    for (const fidelity of ["memory", "strict"]) {
      const { code, out } = await replay("whole", "--bars", "1w", "--fidelity", fidelity, "--json");
      expect(code).toBe(0);
      // Decided at the week's close for 141 shares at 700 dollars, filled after a split of 7 for 1.
      const [profile] = JSON.parse(out).profiles;
      expect(profile.orders).toMatchObject([
        { status: "filled", request: { referencePrice: "100" } },
      ]);
      expect(profile.fills).toMatchObject([{ quantity: "987", price: "100" }]);
    }
  });

  test("must reach the period that is asked for", async () => {
    const covered = "data covers 2014-06-02 to 2014-06-13";
    const late = await replay("whole", "--from", "2014-06-14");
    expect(late).toMatchObject({ code: 2, out: "" });
    expect(late.err).toContain(`--from: expected a day up to the last bar: ${covered}`);
    const early = await replay("whole", "--to", "2014-06-01");
    expect(early).toMatchObject({ code: 2, out: "" });
    expect(early.err).toContain(`--to: expected a day from the first bar on: ${covered}`);
  });
});
