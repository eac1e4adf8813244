import { type Decimal, multiply, ZERO } from "../../core/domain/decimal.ts";
import { InputError } from "../../core/domain/errors.ts";
import type { Order } from "../../core/domain/order.ts";
import { expectedPrice } from "../../core/execution/expectedPrice.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { FeeModel } from "../../core/simulation/fees.ts";
import { isPair, type WireFill, type WireLeg, type WireUpdate } from "./wire.ts";

/** Statuses that an order never leaves. */
const FINAL = new Set(["filled", "canceled", "expired", "rejected", "replaced"]);

/** What a report needs beyond what the venue says. */
export interface ReportTerms {
  /** Our id of the order. */
  readonly orderId: string;
  /** Our order as the books have it, or our request alone; undefined for a stranger. */
  readonly order: Pick<Order, "request" | "filledQuantity"> | undefined;
  /** Our id of the order that took this one's place, where one has. */
  readonly replacementId: string | null;
  /** What an execution costs: Alpaca says so only at the end of the day, as activities. */
  readonly fees: FeeModel;
}

type Fill = Extract<VenueReport, { kind: "filled" }>;

/** Whether nothing can happen to an order any more. */
export function isFinalStatus(status: string): boolean {
  return FINAL.has(status);
}

/** What an order's standing says, its executions left out: `accepted` and, if it is over, how. */
export function standingReports(order: WireLeg, terms: ReportTerms): readonly VenueReport[] {
  const { orderId } = terms;
  if (order.status === "rejected") return [endReport(order, terms, "rejected")];
  const accepted: VenueReport = {
    kind: "accepted",
    orderId,
    timeMs: timeOf(order.submitted_at ?? order.created_at, order),
    venueOrderId: order.id,
    held: order.status === "held",
  };
  const end = endOf(order, terms);
  return end === null ? [accepted] : [accepted, end];
}

/** How an order ended, or null while it has not, and for one that filled: its fills say so. */
export function endOf(order: WireLeg, terms: ReportTerms): VenueReport | null {
  switch (order.status) {
    case "canceled":
      return endReport(order, terms, "cancelled");
    case "expired":
      return endReport(order, terms, "expired");
    case "rejected":
      return endReport(order, terms, "rejected");
    case "replaced":
      return replacedReport(order, terms);
    default:
      return null;
  }
}

/** What the account's list of executions says of one of them. */
export function fillOfActivity(fill: WireFill, order: WireLeg, terms: ReportTerms): Fill {
  return fillReport(
    {
      executionId: executionIdOf(fill.id),
      timeMs: fill.transaction_time,
      quantity: fill.qty,
      price: fill.price,
      complete: fill.type === "fill",
    },
    order,
    terms,
  );
}

/**
 * What a message of the stream says; nothing for states that change nothing for us. The stream may
 * repeat itself: executions are told apart by their ids, and a late `new` is dropped where the
 * order that comes with it has traded already.
 * @throws InputError for an execution without price or quantity.
 */
export function reportsOfUpdate(update: WireUpdate, terms: ReportTerms): readonly VenueReport[] {
  const { event, order } = update;
  const { orderId } = terms;
  const timeMs = update.timestamp ?? timeOf(order.updated_at, order);
  switch (event) {
    case "accepted":
    case "pending_new":
    case "new":
    case "held":
      if (isFinalStatus(order.status) || order.filled_qty > ZERO) return [];
      return [
        {
          kind: "accepted",
          orderId,
          timeMs,
          venueOrderId: order.id,
          held: event === "held" || order.status === "held",
        },
      ];
    case "partial_fill":
    case "fill":
      return fillsOfUpdate(update, terms, timeMs);
    case "canceled":
      return [endReport(order, terms, "cancelled", timeMs)];
    case "expired":
      return [endReport(order, terms, "expired", timeMs)];
    case "rejected":
      return [endReport(order, terms, "rejected", timeMs)];
    case "replaced":
      return [replacedReport(order, terms, timeMs)];
    case "order_cancel_rejected":
      return [{ kind: "cancel-rejected", orderId, timeMs, reason: "the venue kept the order" }];
    case "order_replace_rejected":
      return [{ kind: "replace-rejected", orderId, timeMs, reason: "the venue kept the order" }];
    default:
      return [];
  }
}

function fillsOfUpdate(
  update: WireUpdate,
  terms: ReportTerms,
  timeMs: number,
): readonly VenueReport[] {
  const { order, qty, price, execution_id, event } = update;
  if (qty === null || price === null) {
    throw new InputError(`order ${terms.orderId}: expected price and qty on a ${event}, got none`);
  }
  const executionId = execution_id ?? `${order.id}.${order.filled_qty}`;
  const complete = event === "fill";
  const fill = fillReport({ executionId, timeMs, quantity: qty, price, complete }, order, terms);
  const done = complete ? cutReport(terms, order.filled_qty, qty, timeMs) : null;
  return done === null ? [fill] : [fill, done];
}

/**
 * Ends an order that the venue calls filled while our book waits for more of it: part of it traded
 * in the order before it, or went with the sibling of its group.
 */
export function cutReport(
  { order, orderId }: ReportTerms,
  filledThere: Decimal,
  thisFill: Decimal,
  timeMs: number,
): VenueReport | null {
  const wanted = order?.request.quantity ?? null;
  if (order === undefined || wanted === null) return null;
  const isReplacement = order.request.replaces !== null;
  const filled = isReplacement ? order.filledQuantity + thisFill : filledThere;
  if (filled >= wanted) return null;
  return { kind: "cancelled", orderId, timeMs, reason: "the rest of it traded in other orders" };
}

interface Execution {
  readonly executionId: string;
  readonly timeMs: number;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly complete: boolean;
}

function fillReport(execution: Execution, { symbol, side }: WireLeg, terms: ReportTerms): Fill {
  const { quantity, price, timeMs } = execution;
  const assetClass = isPair(symbol) ? "crypto" : "us-equity";
  // Alpaca does not say who made and who took; taking is the dearer of the two.
  const liquidity = "taker";
  const request = terms.order?.request;
  const expected = request === undefined ? price : (expectedPrice(request) ?? price);
  const filledBefore = terms.order?.filledQuantity ?? ZERO;
  const worse = side === "buy" ? price - expected : expected - price;
  return {
    kind: "filled",
    orderId: terms.orderId,
    ...execution,
    fee: terms.fees({ assetClass, side, quantity, filledBefore, price, liquidity, timeMs }),
    slippage: multiply(worse, quantity),
    liquidity,
  };
}

/** An activity's id is its time and, behind two colons, the execution id of the stream. */
function executionIdOf(activityId: string): string {
  return activityId.split("::")[1] ?? activityId;
}

function endReport(
  order: WireLeg,
  { orderId }: ReportTerms,
  kind: "cancelled" | "expired" | "rejected",
  atMs?: number,
): VenueReport {
  const ended = order.canceled_at ?? order.expired_at ?? order.failed_at ?? order.updated_at;
  const reason = `${order.status} by the venue`;
  return { kind, orderId, timeMs: atMs ?? timeOf(ended, order), reason };
}

function replacedReport(
  order: WireLeg,
  { orderId, replacementId }: ReportTerms,
  atMs?: number,
): VenueReport {
  const timeMs = atMs ?? timeOf(order.replaced_at ?? order.updated_at, order);
  if (replacementId !== null) return { kind: "replaced", orderId, timeMs, replacementId };
  // A stop of a bracket is called replaced when its target fills: nothing takes its place.
  return { kind: "cancelled", orderId, timeMs, reason: "replaced by nothing" };
}

/** A time of an order; one that has none at all is of the start of time, so that it is noticed. */
function timeOf(timeMs: number | null, order: WireLeg): number {
  return timeMs ?? order.updated_at ?? order.submitted_at ?? order.created_at ?? 0;
}
