import { expect, test } from "vitest";
import { flood } from "./flood.ts";

/** `FLOOD_CONNECTIONS=10000` makes it as large as the machine lets it be. */
const CONNECTIONS = Number(process.env.FLOOD_CONNECTIONS ?? "1500");
const MOST = Math.min(2_000, CONNECTIONS / 5);

test("a flood of connections keeps no honest sender out, and memory stays bounded", async () => {
  const report = await flood({ connections: CONNECTIONS, forMs: 3_000, most: MOST });
  console.log(`flood of ${CONNECTIONS}, ${MOST} held: ${JSON.stringify(report)}`);
  expect(report.made).toBeGreaterThan(CONNECTIONS);
  expect(report.sent).toBeGreaterThan(5);
  // A machine that is busy with the flood itself may let one or the other come too late.
  expect(report.taken / report.sent).toBeGreaterThan(0.8);
  expect(report.peakMb).toBeLessThan(report.quietMb + 200);
  expect(report.isWell).toBe(true);
}, 60_000);
