import { describe, expect, test } from "vitest";
import { ZERO } from "../../core/domain/decimal.ts";
import { catalogue } from "../../core/events/catalogue.ts";
import { evolveOrder } from "../../core/execution/lifecycle.ts";
import { eventOf } from "../../core/execution/report.ts";
import type { VenueReport } from "../../core/ports/venue.ts";
import { d, lived, request, say } from "./fixtures.ts";

const at = { orderId: "o1", timeMs: 5_000 };
const filled: VenueReport = {
  ...at,
  kind: "filled",
  executionId: "x1",
  quantity: d("2"),
  price: d("99.5"),
  fee: d("0.01"),
  slippage: ZERO,
  liquidity: "maker",
  complete: false,
};
const reports: readonly [VenueReport, string, string][] = [
  [{ ...at, kind: "accepted", venueOrderId: "v", held: false }, "order.accepted.v1", "o1.accepted"],
  [
    { ...at, kind: "accepted", venueOrderId: "v", held: true },
    "order.accepted.v1",
    "o1.accepted.held",
  ],
  [filled, "order.filled.v1", "o1.filled.x1"],
  [{ ...at, kind: "cancelled", reason: "r" }, "order.cancelled.v1", "o1.cancelled"],
  [{ ...at, kind: "expired", reason: "r" }, "order.expired.v1", "o1.expired"],
  [{ ...at, kind: "rejected", reason: "r" }, "order.rejected.v1", "o1.rejected"],
  [{ ...at, kind: "replaced", replacementId: "o2" }, "order.replaced.v1", "o1.replaced"],
  [
    { ...at, kind: "cancel-rejected", reason: "r" },
    "order.cancel-rejected.v1",
    "o1.cancel-rejected.5000",
  ],
  [
    { ...at, kind: "replace-rejected", reason: "r" },
    "order.replace-rejected.v1",
    "o1.replace-rejected.5000",
  ],
  [{ ...at, kind: "unknown", reason: "r" }, "order.unknown.v1", "o1.unknown.5000"],
];

describe("a venue's report", () => {
  test.each(reports)("becomes an event that its schema accepts: %#", (report, type, id) => {
    const made = eventOf(report, request(), 6_000);
    expect(made).toMatchObject({ type, id, causationId: id });
    expect(made).toMatchObject({ eventTimeMs: 5_000, receivedTimeMs: 6_000 });
    expect(made.data).toMatchObject({ account: "main", profile: "alpha", orderId: "o1" });
    const schema = catalogue[made.type];
    expect(schema.decode(JSON.parse(JSON.stringify(schema.encode(made.data as never))))).toEqual(
      made.data,
    );
  });

  test("keeps its id whenever and for whatever reason it is learned", () => {
    const first = eventOf(filled, request(), 6_000);
    const again = eventOf(filled, request(), 9_000, "reconcile.7");
    expect(again.id).toBe(first.id);
    expect(again.causationId).toBe("reconcile.7");
  });

  test("tells executions apart, and carries whose fill it is", () => {
    const other = eventOf({ ...filled, executionId: "x2" }, request(), 6_000);
    expect(other.id).not.toBe(eventOf(filled, request(), 6_000).id);
    expect(other.data).toMatchObject({ symbol: "SPY", side: "buy", price: d("99.5") });
  });

  test("of a duplicate does not reject an order that is live", () => {
    const duplicate = eventOf({ ...at, kind: "rejected", reason: "duplicate" }, request(), 6_000);
    expect(duplicate.type).toBe("order.unknown.v1");
    const submitted = lived([say.approved(), say.submitted()]);
    expect(evolveOrder(submitted, duplicate)?.status).toBe("unknown");
    const accepted = lived([say.approved(), say.submitted(), say.accepted()]);
    expect(evolveOrder(accepted, duplicate)).toBe(accepted);
  });
});
