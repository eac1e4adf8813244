import { expect, test } from "vitest";
import * as z from "zod";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile, defineStrategy, enterLong, equity, exit } from "../../core/index.ts";
import { barsOf, recordingOf, replayed } from "./worlds.ts";

/** Is in the market every other bar, whatever it costs. */
const restless = defineStrategy({
  name: "restless",
  description: "Enters when flat, leaves when long",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  onBar: ({ position }) => {
    const reason = "as always";
    return { intents: [position.side === "flat" ? enterLong({ reason }) : exit({ reason })] };
  },
});

/** Falls by half, and comes back to twice where it began. */
const prices = [100, 100, 100, 100, 50, 50, 50, 50, 100, 200, 200, 200, 200, 200, 200, 200];

test("a drawdown past its limit ends entries for good, and lets the position go", async () => {
  const rows = prices.map((price) => [price, price, price, price] as const);
  const columns = barsOf(rows, newYorkTimeMs("2024-07-01", "09:30"), 60_000);
  const feeds = [{ instrument: equity("AAA"), timeframe: "1m" as const, columns }];
  const outcome = async (
    limits: { readonly maxDrawdown?: number },
    fidelity: "memory" | "strict",
  ) => {
    const profile = defineProfile(restless, { name: "restless", universe: ["AAA"], limits });
    const { world, hash } = await replayed([profile], recordingOf(feeds), fidelity);
    const denied = world.journal.flatMap((event) =>
      event.type === "order.denied.v1" ? [event.data.limit] : [],
    );
    return { hash, denied, state: world.profile("restless"), book: world.book("restless") };
  };
  const bounded = await outcome({ maxDrawdown: 0.2 }, "memory");
  expect(bounded.state.noEntries).toBe("max-drawdown");
  expect(bounded.denied[0]).toBe("max-drawdown");
  // Equity stands still once it is flat: without the latch the first limit would go on denying.
  expect(new Set(bounded.denied.slice(1))).toEqual(new Set(["halted"]));
  expect(bounded.book.ledgers.restless?.positions).toEqual({});
  expect((await outcome({ maxDrawdown: 0.2 }, "strict")).hash).toBe(bounded.hash);
  expect((await outcome({}, "memory")).denied).toEqual([]);
});
