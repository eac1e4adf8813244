import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Book } from "../../core/domain/book.ts";
import { applyToBook, emptyBook, openLedger } from "../../core/domain/ledger.ts";
import { evolveOrder, orderFrom } from "../../core/execution/lifecycle.ts";
import { eventOf } from "../../core/execution/report.ts";
import { reportsOfUpdate } from "../../functions/alpaca/reports.ts";
import { type WireUpdate, wireUpdate } from "../../functions/alpaca/wire.ts";
import { d, request, say, seeded } from "../execution/fixtures.ts";
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

/** The books after some messages of the stream: what is held, at what cost, and the cash. */
function books(messages: readonly WireUpdate[]): string {
  let book = openLedger(emptyBook("main", "margin"), "alpha", d("100000"));
  for (const event of [say.requested(order), say.approved(order), say.submitted(order)]) {
    book = applyToBook(book, event);
  }
  let now = orderIn(book) ?? orderFrom(order, 1_000);
  for (const message of messages) {
    const terms = { orderId: "a1", order: now, replacementId: null, fees: () => 0n };
    for (const report of reportsOfUpdate(message, terms)) {
      const event = eventOf(report, order, 9_000);
      book = applyToBook(book, event, { order: now });
      now = evolveOrder(now, event) ?? now;
    }
  }
  const { cash, positions } = book.ledgers.alpha ?? {};
  const text = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
  return JSON.stringify([now.status, cash, positions], text);
}

const orderIn = (book: Book) => book.orders.find(({ request: { id } }) => id === "a1");

describe("updates that come again", () => {
  // QuantConnect/Lean.Brokerages.Alpaca#41: one fill, and the stream told of it three times.
  test("new, fill, new, fill, new, fill is one fill", async () => {
    const [fresh, fill] = await told([10]);
    const pending = { ...Object(fresh), event: "pending_new", execution_id: null };
    const messages = [pending, fresh, fill, fresh, fill, fresh, fill];
    expect(standing(messages)).toEqual({ status: "filled", filled: 10 });
  });

  test("10,000 permutations with repeats lead to one position and one cash, to the billionth", async () => {
    const messages = (await told([1, 2, 3, 4])).map((one) => wireUpdate.parse(one));
    const once = books(messages);
    expect(once).toContain('"filled"');
    const streams = fc.array(fc.constantFrom(...messages), { maxLength: 12 }).chain((repeats) => {
      const all = [...messages, ...repeats];
      return fc.shuffledSubarray(all, { minLength: all.length });
    });
    fc.assert(
      fc.property(streams, (stream) => {
        expect(books(stream)).toBe(once);
      }),
      seeded("books of replayed updates", 20261121, 10_000),
    );
  });
});
