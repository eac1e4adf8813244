import { expect, test } from "vitest";
import { crashTest } from "./drive.ts";

/** More by hand: `npm run crash -- 300`. */
const KILLS = Number(process.env.CRASH_KILLS ?? "5");
const SEED = Number(process.env.CRASH_SEED ?? "20261121");

test(`the books are the exchange's after ${KILLS} kills of a server, seed ${SEED}`, async () => {
  const report = await crashTest({ kills: KILLS, seed: SEED });
  console.log(`crash test: ${JSON.stringify(report)}`);
  expect(report.differences).toEqual([]);
  expect(report.orders).toBeGreaterThan(KILLS);
  expect(report.fills).toBeGreaterThan(2);
}, 600_000);
