import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bpsFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { parentOf } from "../../core/strategy/work.ts";
import { checkWire } from "../../functions/wire/check.ts";
import { type LocalDynamo, startDynamo } from "../../functions/wire/local.ts";
import { hasJava } from "../dynamo/java.ts";
import { rising, scripted, twap } from "../runtime/scripted.ts";
import { replayed } from "../runtime/worlds.ts";

/** As `replayed` sets its venue up. */
const models = {
  fill: "next-open",
  touch: "no-fill",
  participation: null,
  slippage: bpsSlippage(1),
  fees: bpsFee(1),
  latency: noLatency,
} as const;

const minute = 60_000;

describe.skipIf(!hasJava)("orders that are worked, over the wire", () => {
  let dynamo: LocalDynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
  }, 60_000);
  afterAll(() => dynamo.stop());

  test.each([
    ["twap", { 3: "enter", 30: "exit" }, twap],
    // Slices that are due between two bars are woken then, and not with the bar after.
    ["uneven", { 3: "enter" }, { ...twap, durationMs: 5.5 * minute }],
    ["cancelled", { 3: "enter", 7: "cancel", 20: "enter", 40: "exit" }, twap],
  ] as const)(
    "%s: are woken as in memory, and give its order list",
    async (name, script, execution) => {
      const profiles = [scripted(script, execution)];
      const recording = rising(60, 0.1);
      const { world } = await replayed(profiles, recording);
      const table = await dynamo.table(`wakes-${name}`);
      const told = await checkWire({ profiles, recording, models, table }, world.journal);
      expect(told.agreement).toBe("orders");
      // The first slice needs no waking: more of them are all from wakes.
      const slices = world.journal.filter(
        (event) => event.type === "order.filled.v1" && parentOf(event.data.orderId) !== null,
      );
      expect(slices.length).toBeGreaterThan(2);
    },
    120_000,
  );
});
