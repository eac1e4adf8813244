import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { slopesOf, soak } from "./soak.ts";

/** A year by hand: `npm run soak`. */
test("a server goes on where the last whole life stopped, with the exchange's books every night", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bellwether-soak-"));
  const asked = { life: 1, folder, seed: 1 };
  const first = await soak({ ...asked, days: 1 });
  const onDay = () => {
    throw new Error("killed");
  };
  await expect(soak({ ...asked, days: 2, onDay })).rejects.toThrow("killed");
  const both = await soak({ ...asked, days: 2 });
  rmSync(folder, { recursive: true, force: true });
  expect(first.samples).toEqual(both.samples.slice(0, 1));
  expect(both).toMatchObject({ bars: 2 * 390 * 20, differences: [] });
  // A start reads books and snapshots, however long the journal has become.
  expect(both.starts.map(({ day, rows }) => [day, rows])).toEqual([
    [0, 0],
    [1, 0],
  ]);
  const [one, two] = both.samples;
  expect(two?.files).toBeLessThanOrEqual((one?.files ?? 0) + 1);
}, 120_000);

test("what grows is told by the day, of servers that have lived for more than a week", () => {
  const samples = Array.from({ length: 20 }, (_, i) => ({
    ...{ day: i + 1, age: i + 1, rssMb: 200, files: 30, resources: 3 },
    heapMb: i < 6 ? 50 + i * 10 : 100 + i * 0.5,
  }));
  const told = { samples, starts: [], seconds: 1, bars: 1, differences: [] };
  const { settledDays, heapMbPerDay, rssMbPerDay } = slopesOf(told);
  expect([settledDays, heapMbPerDay, rssMbPerDay]).toEqual([14, 0.5, 0]);
});
