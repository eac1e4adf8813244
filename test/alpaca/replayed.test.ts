import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evolveOrder, orderFrom } from "../../core/execution/lifecycle.ts";
import { eventOf } from "../../core/execution/report.ts";
import { reportsOfUpdate } from "../../functions/alpaca/reports.ts";
import { wireUpdate } from "../../functions/alpaca/wire.ts";
import { request, seeded } from "../execution/fixtures.ts";
import { MockAlpaca } from "./mockAlpaca.ts";
import { venueOn } from "./rigs.ts";

const order = request({ id: "a1" });

/** Where an order stands after some messages of the stream, in the order in which they came. */
function standing(messages: readonly unknown[]) {
  let now = orderFrom(order, 1_000);
  for (const message of messages) {
    const update = wireUpdate.parse(message);
    const terms = { orderId: "a1", order: now, replacementId: null, fees: () => 0n };
    for (const report of reportsOfUpdate(update, terms)) {
      now = evolveOrder(now, eventOf(report, order, 9_000)) ?? now;
    }
  }
  return { status: now.status, filled: Number(now.filledQuantity) / 1e9 };
}

/** What the stream says of an order that trades in so many parts. */
async function told(parts: readonly number[]): Promise<readonly unknown[]> {
  const mock = new MockAlpaca();
  await venueOn(mock.fetchApi).submit([order], 1_000);
  for (const part of parts) mock.fill("a1", part, 100);
  return mock.updates;
}

describe("updates that come again", () => {
  // QuantConnect/Lean.Brokerages.Alpaca#41: one fill, and the stream told of it three times.
  test("new, fill, new, fill, new, fill is one fill", async () => {
    const [fresh, fill] = await told([10]);
    const pending = { ...Object(fresh), event: "pending_new", execution_id: null };
    const messages = [pending, fresh, fill, fresh, fill, fresh, fill];
    expect(standing(messages)).toEqual({ status: "filled", filled: 10 });
  });

  test("any order and any number of repeats come to the same position", async () => {
    const messages = await told([1, 2, 3, 4]);
    const streams = fc.array(fc.constantFrom(...messages), { maxLength: 12 }).chain((repeats) => {
      const all = [...messages, ...repeats];
      return fc.shuffledSubarray(all, { minLength: all.length });
    });
    fc.assert(
      fc.property(streams, (stream) => {
        expect(standing(stream)).toEqual({ status: "filled", filled: 10 });
      }),
      seeded("replayed updates", 20261121, 10_000),
    );
  });
});
