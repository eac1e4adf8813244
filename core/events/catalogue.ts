import * as z from "zod";
import { announcedDay } from "../domain/calendar/announced.ts";
import { orderRequest } from "../domain/order.ts";
import { decimalText, slug, symbolText, timeMs } from "../domain/schema.ts";
import { algoSchema } from "../execution/algos/params.ts";
import { dayCompared, dayReported } from "./days.ts";
import { shadowCompared, shadowDecided } from "./shadows.ts";
import { signalMissed, signalReceived } from "./signals.ts";

/** A bar as it travels: see `Bar` in core/domain/market.ts. */
export const barData = z.object({
  symbol: symbolText,
  openTimeMs: timeMs,
  closeTimeMs: timeMs,
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number(),
});

const ofOrder = { account: slug, profile: slug, orderId: z.string() };

/** One check of a limit, with its numbers, so that a verdict can be explained later. */
export const riskCheck = z.object({
  limit: z.string(),
  value: z.string(),
  bound: z.string(),
  passed: z.boolean(),
});
export type RiskCheck = Readonly<z.output<typeof riskCheck>>;

/**
 * Every event type with the schema of its data. A changed meaning is a new version beside the old.
 */
export const catalogue = {
  "bars.closed.v1": z.object({
    timeframe: z.string(),
    closeTimeMs: timeMs,
    bars: z.array(barData).readonly(),
  }),
  "quote.received.v1": z.object({
    symbol: symbolText,
    bid: z.number(),
    bidSize: z.number(),
    ask: z.number(),
    askSize: z.number(),
  }),
  "trade.received.v1": z.object({ symbol: symbolText, price: z.number(), size: z.number() }),
  "signal.received.v1": signalReceived,
  "signal.missed.v1": signalMissed,
  "schedule.fired.v1": z.object({
    schedule: z.string(),
    profile: slug,
    dueTimeMs: timeMs,
    sessionDate: z.iso.date(),
  }),
  "corporate-action.applied.v1": z.object({
    symbol: symbolText,
    kind: z.enum(["split", "dividend", "symbol-change", "delisting"]),
    /** Split: new shares for one old. Dividend: dollars a share. Delisting: last price. */
    value: decimalText,
    /** Dividend: what earlier prices are multiplied by; split: 1 / value; else 1. */
    priceFactor: z.number(),
    newSymbol: symbolText.nullable(),
  }),
  "universe.selected.v1": z.object({
    scanner: z.string(),
    profile: slug,
    selected: z.array(symbolText).readonly(),
    candidates: z
      .array(
        z.object({
          symbol: symbolText,
          kept: z.boolean(),
          rank: z.int().nullable(),
          score: z.number().nullable(),
          reason: z.string(),
        }),
      )
      .readonly(),
  }),
  /**
   * The days from one date to another on which the venue's sessions are others than those of our
   * calendar: profiles decide by them from here on. All other dates of the range are ours again.
   */
  "sessions.announced.v1": z.object({
    calendar: z.string(),
    from: z.iso.date(),
    to: z.iso.date(),
    days: z.array(announcedDay).readonly(),
  }),
  /** The venue announces other sessions than our calendar has, or our calendar ends soon. */
  "calendar.differed.v1": z.object({ calendar: z.string(), reason: z.string() }),
  /** A job that came too late to be of use was not run. */
  "job.missed.v1": z.object({
    job: z.string(),
    profile: slug.nullable(),
    dueTimeMs: timeMs,
    reason: z.string(),
  }),
  /** Our books against the venue's: what was booked late, and what still differs. */
  "account.reconciled.v1": z.object({
    account: slug,
    /** Events that the venue knew and we did not. */
    booked: z.int(),
    /** Client order ids of open orders that were never ours. */
    strangers: z.array(z.string()).readonly(),
    drifts: z
      .array(
        z.object({
          /** A symbol, or `cash` in dollars. */
          what: z.string(),
          ours: decimalText,
          venues: decimalText,
          tolerance: decimalText,
          isPast: z.boolean(),
        }),
      )
      .readonly(),
  }),
  /** What a session came to, told after its close. Dollars. */
  "day.reported.v1": dayReported,
  /** A recorded day held against its replay with today's code: see core/runtime/parity.ts. */
  "day.compared.v1": dayCompared,
  /** How a profile or a book stood: with it, a day of the journal can be replayed by itself. */
  "snapshot.taken.v1": z.object({
    kind: z.enum(["profile", "book"]),
    /** Name of the profile or the account. */
    name: slug,
    /** The snapshot as the store keeps it, JSON. */
    text: z.string(),
  }),
  /** Something that a person should know, and that no other event says. */
  "notice.given.v1": z.object({
    severity: z.enum(["warning", "page"]),
    title: z.string(),
    text: z.string(),
  }),
  "profile.halted.v1": z.object({ profile: slug, reason: z.string() }),
  /** An exchange has halted trading in an instrument, or lets it go on. */
  "trading-status.changed.v1": z.object({
    symbol: symbolText,
    halted: z.boolean(),
    reason: z.string(),
  }),
  /** The venue lets other things be done with an instrument than before. */
  "asset.changed.v1": z.object({
    symbol: symbolText,
    tradable: z.boolean(),
    shortable: z.boolean(),
  }),
  /** A profile decides by other limits from here on, see `limitsText` in core/risk/limits.ts. */
  "limits.changed.v1": z.object({
    profile: slug,
    /** Null where it is not known: decided by a version that did not remember them. */
    before: z.string().nullable(),
    after: z.string(),
  }),
  "decision.made.v1": z.object({
    profile: slug,
    symbol: symbolText.nullable(),
    /** Why nothing was sent: `hold`, `no-change`, `too-small`, `duplicate`, `expired` … */
    outcome: z.string(),
    reason: z.string(),
  }),
  /**
   * An order is worked by children from here on: risk has approved the whole of it, and looks at
   * each child again. Children are orders of their own with `intentId` this order's id.
   */
  "execution.started.v1": z.object({
    ...ofOrder,
    request: orderRequest,
    algo: algoSchema,
    checks: z.array(riskCheck).readonly(),
  }),
  /** What a profile in the shadow of another would have asked for. Nothing follows from it. */
  "shadow.decided.v1": shadowDecided,
  /** The decisions of a shadow on a UTC date held against those of the profile that it shadows. */
  "shadow.compared.v1": shadowCompared,
  /** A worked order wants to be woken at a time. */
  "execution.scheduled.v1": z.object({ ...ofOrder, dueTimeMs: timeMs }),
  "execution.due.v1": z.object({ ...ofOrder, dueTimeMs: timeMs }),
  /** Nothing of a worked order is sent any more; quantities are those known by then. */
  "execution.ended.v1": z.object({ ...ofOrder, filled: decimalText, left: decimalText }),
  "order.requested.v1": z.object({ ...ofOrder, request: orderRequest }),
  "order.approved.v1": z.object({ ...ofOrder, checks: z.array(riskCheck).readonly() }),
  "order.denied.v1": z.object({
    ...ofOrder,
    limit: z.string(),
    reason: z.string(),
    checks: z.array(riskCheck).readonly(),
  }),
  "order.submitted.v1": z.object({ ...ofOrder, attempt: z.int().min(1) }),
  "order.accepted.v1": z.object({ ...ofOrder, venueOrderId: z.string(), held: z.boolean() }),
  "order.filled.v1": z.object({
    ...ofOrder,
    symbol: symbolText,
    side: z.enum(["buy", "sell"]),
    executionId: z.string(),
    /** Of this execution alone, unsigned. */
    quantity: decimalText,
    price: decimalText,
    /** Dollars; negative for a rebate. */
    fee: decimalText,
    /** Dollars lost against what the request expected: its limit, else its stop, else its reference
     * price (core/execution/expectedPrice.ts); negative when better. */
    slippage: decimalText,
    liquidity: z.enum(["maker", "taker"]),
    /** True when the order is complete with this execution. */
    complete: z.boolean(),
  }),
  "order.cancel-requested.v1": z.object({ ...ofOrder, reason: z.string() }),
  "order.cancel-rejected.v1": z.object({ ...ofOrder, reason: z.string() }),
  "order.cancelled.v1": z.object({ ...ofOrder, reason: z.string() }),
  "order.replace-requested.v1": z.object({ ...ofOrder, replacement: orderRequest }),
  "order.replace-rejected.v1": z.object({ ...ofOrder, reason: z.string() }),
  "order.replaced.v1": z.object({ ...ofOrder, replacementId: z.string() }),
  "order.rejected.v1": z.object({ ...ofOrder, reason: z.string() }),
  "order.expired.v1": z.object({ ...ofOrder, reason: z.string() }),
  "order.unknown.v1": z.object({ ...ofOrder, reason: z.string() }),
  "dividend.paid.v1": z.object({
    account: slug,
    profile: slug,
    symbol: symbolText,
    amount: decimalText,
  }),
  "interest.charged.v1": z.object({
    account: slug,
    profile: slug,
    /** `borrow` or `margin`. */
    kind: z.string(),
    amount: decimalText,
  }),
} as const;

/** Names of all events. */
export type EventType = keyof typeof catalogue;
/** What an event of a type says. */
export type EventData<T extends EventType> = Readonly<z.output<(typeof catalogue)[T]>>;

/** A fact. `id` is derived from its cause, so the same decision gives the same event. */
export interface EventOf<T extends EventType> {
  readonly type: T;
  readonly id: string;
  /** When it happened, and when we learned of it. */
  readonly eventTimeMs: number;
  readonly receivedTimeMs: number;
  /** Id of the event that this one follows from; its own id when it came from outside. */
  readonly causationId: string;
  readonly data: EventData<T>;
}

/** Any event, told apart by `type`. */
export type DomainEvent = { [T in EventType]: EventOf<T> }[EventType];

/** Events of an order's life. */
export type OrderEventType = Extract<EventType, `order.${string}`>;
/** An event of an order's life. */
export type OrderEvent = { [T in OrderEventType]: EventOf<T> }[OrderEventType];
