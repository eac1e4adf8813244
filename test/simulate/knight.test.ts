import { describe, expect, test } from "vitest";
import { knightDrill } from "../../functions/simulate/knight.ts";

describe("fills are hidden from us, while two signals a second want to buy", () => {
  test("orders keep to the rate and the exposure, and the profile halts within five seconds", async () => {
    const limits = { maxOrdersPerMinute: 10, maxPositionNotional: "15000" };
    const report = await knightDrill({ limits, reconcileMs: 2_000 });
    expect(report.asked).toBeGreaterThan(300);
    expect(report.sent).toBeGreaterThan(5);
    expect(report.mostInAMinute).toBeLessThanOrEqual(10);
    expect(report.peakNotional).toBeLessThanOrEqual(15_000);
    expect(report.haltAfterMs).toBeLessThanOrEqual(5_000);
    expect(report.sentAfterHalt).toBeLessThanOrEqual(1);
  });

  test("exposure binds alone, as what is sent and not filled counts", async () => {
    const limits = { maxPositionNotional: "15000" };
    const asked = { limits, reconcileMs: 600_000, untilSeconds: 145 };
    const { sent, peakNotional } = await knightDrill(asked);
    expect(sent).toBe(15);
    expect(peakNotional).toBe(15_000);
  });

  test("the rate binds alone", async () => {
    const limits = { maxOrdersPerMinute: 10 };
    const { sent, mostInAMinute } = await knightDrill({ limits, reconcileMs: 600_000 });
    expect(sent).toBeGreaterThan(20);
    expect(mostInAMinute).toBe(10);
  });

  test("without limits and without a look at the venue it would have gone on", async () => {
    const report = await knightDrill({ limits: {}, reconcileMs: 600_000, untilSeconds: 105 });
    expect(report).toMatchObject({ asked: 80, sent: 80, peakNotional: 80_000 });
    expect(report.haltAfterMs).toBeNull();
  });
});
