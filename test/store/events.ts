import { decimal } from "../../core/domain/decimal.ts";
import { emptyBook, openLedger } from "../../core/domain/ledger.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { EventOf } from "../../core/events/catalogue.ts";
import type { ProfileState } from "../../core/strategy/snapshot.ts";

const DAY = Date.UTC(2024, 6, 1, 14);

/** A commit that writes neither snapshot nor book. */
export const NONE = {
  profile: null,
  profileVersion: 0,
  profileState: null,
  account: null,
  bookVersion: 0,
  book: null,
} as const;

/** The books of an account with one profile in it, as they are opened. */
export const OPENED = openLedger(emptyBook("main", "margin"), "mix", decimal("100000.000000001"));

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

/** What is asked of the order of an id: ten shares at the market. */
export function requestOf(id: string): OrderRequest {
  return {
    id,
    intentId: `${id}.intent`,
    profile: "mix",
    account: "main",
    symbol: "SPY",
    side: "buy",
    type: "market",
    timeInForce: "day",
    quantity: decimal("10"),
    notional: null,
    limitPrice: null,
    stopPrice: null,
    trailPrice: null,
    trailPercent: null,
    expiresAtMs: null,
    extendedHours: false,
    role: "entry",
    parentId: null,
    ocoGroup: null,
    replaces: null,
    reason: "because it rose",
    decidedTimeMs: DAY,
    referencePrice: decimal("540.250000001"),
  };
}

/** Events of an order's life, by the words that name them. */
export function lifeOf(id: string) {
  const of = { account: "main", profile: "mix", orderId: id };
  const times = { eventTimeMs: DAY, receivedTimeMs: DAY };
  const head = (word: string) => ({ id: `${id}.${word}`, ...times, causationId: "signal.1" });
  return {
    requested: {
      ...head("requested"),
      type: "order.requested.v1",
      data: { ...of, request: requestOf(id) },
    },
    approved: { ...head("approved"), type: "order.approved.v1", data: { ...of, checks: [] } },
    submitted: {
      ...head("submitted.1"),
      type: "order.submitted.v1",
      data: { ...of, attempt: 1 },
    },
    cancelled: {
      ...head("cancelled"),
      type: "order.cancelled.v1",
      data: { ...of, reason: "by hand" },
    },
    fill: (quantity: string, execution = "x1", complete = false) =>
      ({
        ...head(`filled.${execution}`),
        type: "order.filled.v1",
        data: {
          ...of,
          symbol: "SPY",
          side: "buy",
          executionId: execution,
          quantity: decimal(quantity),
          price: decimal("540.123456789"),
          fee: decimal("0.000000001"),
          slippage: decimal("0"),
          liquidity: "taker",
          complete,
        },
      }) as const satisfies EventOf<"order.filled.v1">,
  } as const satisfies Record<string, unknown>;
}

/** A snapshot of the profile `mix` that holds a text. */
export function snapshotOf(text: string): ProfileState {
  return {
    format: 1,
    profile: "mix",
    strategy: "test-strategy",
    stateVersion: 1,
    halted: null,
    noEntries: null,
    works: {},
    symbols: {},
    universe: ["SPY", "BRK.B"],
    state: { text },
    day: {
      date: "2024-07-01",
      startEquity: 0.1,
      peakEquity: 1e21,
      equity: 5e-324,
      orders: 3,
      accountStart: 0,
      account: 0,
      losses: 1,
      lastLossMs: 1_719_800_000_000,
      realised: -0.1,
    },
    recent: [{ timeMs: 1_719_800_000_000, order: "buy 1 SPY market  " }],
    setup: null,
    limits: "{}",
  };
}

/** Text that does not compress, of so many bytes; made without chance, the same every time. */
export function noise(bytes: number): string {
  let text = "";
  for (let x = 1; text.length < bytes; ) {
    x = (x * 48_271) % 2_147_483_647;
    text += x.toString(36);
  }
  return text.slice(0, bytes);
}
