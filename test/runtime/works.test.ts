import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type Decimal, decimal, ZERO } from "../../core/domain/decimal.ts";
import {
  defineProfile,
  defineStrategy,
  type ExecutionOptions,
  enterLong,
  equity,
} from "../../core/index.ts";
import type { World } from "../../core/runtime/world.ts";
import { parentOf } from "../../core/strategy/work.ts";
import { MINUTE, OPEN, rising, scripted, twap } from "./scripted.ts";
import { barsOf, recordingOf, replayed } from "./worlds.ts";

const ofType = (world: World, type: string) => world.journal.filter((one) => one.type === type);

/** Orders that were requested, in order: minute after the open, side, quantity, id's end, type. */
function requestsOf(world: World) {
  return world.journal.flatMap((event) => {
    if (event.type !== "order.requested.v1") return [];
    const { id, side, quantity, type, decidedTimeMs } = event.data.request;
    const minute = (decidedTimeMs - OPEN) / MINUTE;
    return [
      `${minute} ${side} ${(quantity ?? ZERO) / decimal("1")} ${id.split(".").slice(5).join(".")} ${type}`,
    ];
  });
}

function held(world: World): Decimal {
  return world.book("worked").ledgers.worked?.positions.AAA?.quantity ?? ZERO;
}

/** The most that children may have come to at any instant: all of those that live, else fills. */
function mostCommitted(world: World): Decimal {
  const children = new Map<string, { quantity: Decimal; filled: Decimal; ended: boolean }>();
  let most = ZERO;
  for (const event of world.journal) {
    if (!event.type.startsWith("order.") || !("orderId" in event.data)) continue;
    const { orderId } = event.data;
    if (parentOf(orderId) === null) continue;
    const child = children.get(orderId) ?? { quantity: ZERO, filled: ZERO, ended: false };
    children.set(orderId, child);
    if (event.type === "order.requested.v1") child.quantity = event.data.request.quantity ?? ZERO;
    if (event.type === "order.filled.v1") child.filled += event.data.quantity;
    child.ended ||= /cancelled|expired|rejected|denied/.test(event.type);
    const sum = [...children.values()].reduce(
      (total, { quantity, filled, ended }) => total + (ended ? filled : quantity),
      ZERO,
    );
    if (sum > most) most = sum;
  }
  return most;
}

describe("an order that is worked", () => {
  test("goes out in slices at their times, between bars too, and is told from start to end", async () => {
    const odd = { ...twap, durationMs: 9 * MINUTE, slices: 6 };
    const { world } = await replayed([scripted({ 5: "enter" }, odd, 60)], rising());
    expect(requestsOf(world)).toEqual([
      "5 buy 10 c1 market",
      "6.5 buy 10 c2 market",
      "8 buy 10 c3 market",
      "9.5 buy 10 c4 market",
      "11 buy 10 c5 market",
      "12.5 buy 10 c6 market",
    ]);
    expect(held(world)).toBe(decimal("60"));
    expect(ofType(world, "execution.started.v1")).toHaveLength(1);
    expect(ofType(world, "execution.ended.v1")).toMatchObject([
      { data: { filled: decimal("60"), left: ZERO } },
    ]);
    expect(world.profile("worked").works).toEqual({});
  });

  test.each<[string, ExecutionOptions]>([
    ["twap", twap],
    ["vwap", { kind: "vwap", durationMs: 10 * MINUTE, slices: 4, profile: [...Array(60).keys()] }],
    ["iceberg", { kind: "iceberg", displayQuantity: "30", worstPrice: "100" }],
    ["chase", { kind: "chase", durationMs: 20 * MINUTE, leftover: "market" }],
  ])(
    "%s trades the same through JSON as in memory, and never more than was wanted",
    async (_, algo) => {
      const script = { 5: "enter", 30: "exit" } as const;
      for (const step of [0, 0.02, -0.02]) {
        const recording = rising(90, step);
        const memory = await replayed([scripted(script, algo)], recording);
        const strict = await replayed([scripted(script, algo)], recording, "strict");
        expect(strict.hash).toBe(memory.hash);
        expect(requestsOf(memory.world).length).toBeGreaterThanOrEqual(2);
      }
    },
  );

  test("protects each child by legs of its size, and a reversal only beyond what it closes", async () => {
    const script = { 5: "protected", 30: "reverse" } as const;
    const { world } = await replayed([scripted(script, twap)], rising());
    const requests = requestsOf(world);
    expect(requests.filter((one) => one.startsWith("5 "))).toEqual([
      "5 buy 20 c1 market",
      "5 sell 20 c1.stop stop",
      "5 sell 20 c1.target limit",
    ]);
    const later = requests.filter((one) => Number(one.split(" ")[0]) >= 30);
    expect(later).toEqual([
      "30 sell 40 c1 market",
      "32 sell 40 c2 market",
      "34 sell 40 c3 market",
      "34 buy 20 c3.stop stop",
      "36 sell 40 c4 market",
      "36 buy 40 c4.stop stop",
      "38 sell 40 c5 market",
      "38 buy 40 c5.stop stop",
    ]);
    expect(held(world)).toBe(decimal("-100"));
  });

  test("ends when its strategy takes the entry back, or wants out", async () => {
    for (const act of ["cancel", "exit"] as const) {
      const { world } = await replayed([scripted({ 5: "enter", 8: act }, twap)], rising());
      const entries = requestsOf(world).filter((one) => one.includes("buy"));
      expect(entries).toEqual(["5 buy 20 c1 market", "7 buy 20 c2 market"]);
      expect(ofType(world, "execution.ended.v1")[0]).toMatchObject({
        data: { filled: decimal("40"), left: decimal("60") },
      });
      expect(held(world)).toBe(act === "cancel" ? decimal("40") : ZERO);
    }
  });

  test("is one entry: another of the same side waits until it is over", async () => {
    const { world } = await replayed([scripted({ 5: "enter", 6: "enter" }, twap)], rising());
    expect(requestsOf(world)).toHaveLength(5);
    const outcomes = ofType(world, "decision.made.v1");
    expect(outcomes).toMatchObject([{ data: { outcome: "already-long" } }]);
  });

  test("is judged by risk as a whole before its first child", async () => {
    const profile = scripted({ 5: "enter" }, twap);
    const limits = { maxOrderQuantity: "99" };
    const strict = { ...profile, options: { ...profile.options, limits } };
    const { world } = await replayed([strict], rising());
    expect(ofType(world, "order.denied.v1")).toHaveLength(1);
    expect(ofType(world, "order.submitted.v1")).toEqual([]);
    expect(world.profile("worked").works).toEqual({});
  });

  test("follows the profile's own execution where an intent says nothing", async () => {
    const strategy = defineStrategy({
      name: "plain",
      description: "Enters once",
      bars: "1m",
      params: z.object({}),
      state: z.object({ done: z.boolean().default(false) }),
      indicators: () => ({}),
      onBar: ({ state }) =>
        state.done
          ? undefined
          : { state: { done: true }, intents: [enterLong({ quantity: 10, reason: "r" })] },
    });
    const universe = [equity("AAA")];
    const own = defineProfile(strategy, { name: "worked", universe, execution: twap });
    const { world } = await replayed([own], rising());
    expect(requestsOf(world)).toHaveLength(5);
  });

  test("is refused, and its profile stopped, when the execution is none", async () => {
    const { world } = await replayed([scripted({ 5: "enter" }, { ...twap, slices: 0 })], rising());
    expect(world.profile("worked").halted).toMatch(/^execution\.slices: /);
  });

  test("gives up what is left over a split", async () => {
    const split = {
      symbol: "AAA",
      kind: "split" as const,
      value: decimal("2"),
      newSymbol: null,
      timeMs: OPEN + 8.5 * MINUTE,
    };
    const recording = { ...rising(), actions: [split] };
    const { world } = await replayed([scripted({ 5: "enter" }, twap)], recording);
    expect(ofType(world, "execution.ended.v1")).toHaveLength(1);
    expect(requestsOf(world)).toHaveLength(2);
  });

  test("never sends or fills more than was wanted, whatever the market does", async () => {
    const seed = 20_261_121;
    console.log(`worked orders: seed ${seed}, 40 runs`);
    const price = fc.integer({ min: 9_000, max: 11_000 });
    const kinds = fc.constantFrom<ExecutionOptions>(
      twap,
      { kind: "iceberg", displayQuantity: "7", worstPrice: "101", durationMs: 15 * MINUTE },
      { kind: "chase", durationMs: 15 * MINUTE, intervalMs: MINUTE, leftover: "market" },
      { kind: "twap", durationMs: 7 * MINUTE, slices: 7, worstPrice: "100", leftover: "market" },
    );
    const walk = fc.array(price, { minLength: 40, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        kinds,
        walk,
        fc.integer({ min: 1, max: 200 }),
        async (algo, walked, size) => {
          const rows = walked.map((cents, i) => {
            const close = cents / 100;
            const open = (walked[i - 1] ?? cents) / 100;
            return [open, Math.max(open, close) + 0.1, Math.min(open, close) - 0.1, close] as const;
          });
          const columns = barsOf(rows, OPEN, MINUTE);
          const recording = recordingOf([{ instrument: equity("AAA"), timeframe: "1m", columns }]);
          const profile = scripted({ 2: "enter" }, algo, size);
          const { world, hash } = await replayed([profile], recording);
          expect(held(world) <= decimal(String(size))).toBe(true);
          expect(mostCommitted(world) <= decimal(String(size))).toBe(true);
          expect((await replayed([profile], recording, "strict")).hash).toBe(hash);
        },
      ),
      { seed, numRuns: 40 },
    );
  });
});
