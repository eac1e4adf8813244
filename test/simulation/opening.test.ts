import { describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { barOf, orderOf, SPY, told, venueOf } from "./venues.ts";

const EVENING_MS = newYorkTimeMs("2024-07-01", "18:00");
const OPEN_MS = newYorkTimeMs("2024-07-02", "09:30");
const HOUR_MS = 3_600_000;

/** What a bar of feeds that are not cut to sessions leads to. */
function shown(fromMs: number, lengthMs: number, changes: Partial<OrderRequest> = {}) {
  const venue = venueOf();
  venue.submit([orderOf({ timeInForce: "day", ...changes })], EVENING_MS);
  const bar = { ...barOf(0, [100, 102, 98, 101]), openTimeMs: fromMs };
  return venue.onBar(venue.market(SPY), { ...bar, closeTimeMs: fromMs + lengthMs });
}

describe("a bar that opens before the session and reaches into it opens with it", () => {
  test.each([
    ["of an hour", newYorkTimeMs("2024-07-02", "09:00"), HOUR_MS],
    ["of a day in UTC", Date.UTC(2024, 6, 2), 24 * HOUR_MS],
  ])("%s", (_, fromMs, lengthMs) => {
    const reports = shown(fromMs, lengthMs);
    expect(told(reports)).toEqual(["o1 filled 100 @ 100"]);
    expect(reports).toMatchObject([{ timeMs: OPEN_MS }]);
  });

  test("with stops and auctions", () => {
    const fromMs = newYorkTimeMs("2024-07-02", "09:00");
    const stop = { type: "stop", stopPrice: decimal("101.5") } as const;
    expect(told(shown(fromMs, HOUR_MS, stop))).toEqual(["o1 filled 100 @ 101.5"]);
    const auction = shown(fromMs, HOUR_MS, { timeInForce: "opg" });
    expect(auction).toMatchObject([{ kind: "filled", timeMs: OPEN_MS }]);
  });

  test("but for an order in extended hours, which has it from the first", () => {
    const fromMs = newYorkTimeMs("2024-07-02", "09:00");
    const limit = { type: "limit", limitPrice: decimal("100.5"), extendedHours: true } as const;
    const order = { ...limit, timeInForce: "gtc" } as const;
    expect(shown(fromMs, HOUR_MS, order)).toMatchObject([{ kind: "filled", timeMs: fromMs }]);
  });

  test("not so one that closes as the session opens", () => {
    expect(shown(OPEN_MS - HOUR_MS, HOUR_MS)).toEqual([]);
  });
});

test("day orders of one venue end with their own sessions, in whatever order they are sent", () => {
  const venue = venueOf();
  const limit = { type: "limit", limitPrice: decimal("50"), timeInForce: "day" } as const;
  const times = ["2024-07-02 15:59", "2024-07-02 16:00", "2024-07-01 10:00", "2024-07-02 09:00"];
  for (const [index, time] of times.entries()) {
    const [date = "", clock = ""] = time.split(" ");
    venue.submit([orderOf({ ...limit, id: `o${index}` })], newYorkTimeMs(date, clock));
  }
  const ended = ["2024-07-01", "2024-07-02", "2024-07-03"].map((date) =>
    told(venue.onClock(newYorkTimeMs(date, "17:00"))),
  );
  expect(ended).toEqual([["o2 expired"], ["o0 expired", "o3 expired"], ["o1 expired"]]);
});
