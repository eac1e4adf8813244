import type { EventOf } from "../../core/events/catalogue.ts";

const DAY = Date.UTC(2024, 6, 1, 14);

/** The signal of a number. */
export function signal(i: number): EventOf<"signal.received.v1"> {
  const id = `signal.${i}`;
  return {
    type: "signal.received.v1",
    id,
    eventTimeMs: DAY + i,
    receivedTimeMs: DAY + i,
    causationId: id,
    data: {
      signalId: id,
      profile: "follower",
      symbol: "SPY",
      action: "buy",
      price: 540.25,
      quantity: null,
      maxQuantity: null,
      source: "test",
      comment: `über ${i} · 価格`,
      expiresAtMs: DAY + i + 60_000,
    },
  };
}
