import type { OrderRequest } from "../domain/order.ts";
import type { EventData, EventOf, OrderEvent, OrderEventType } from "../events/catalogue.ts";
import type { VenueReport } from "./venueReport.ts";

/**
 * The event that a venue's report is. Ids are plain concatenations of order id, kind and what tells
 * two of a kind apart (the execution id; the venue's time for what may happen again), so the same
 * report gives the same id by whichever way it came.
 *
 * A rejection as `duplicate` means that an earlier attempt did arrive: the order is not rejected
 * but `unknown`, and the venue must be asked for it.
 *
 * `receivedTimeMs` is when we learned of it. A report comes from outside and is its own cause,
 * unless `causationId` names an event that made the venue answer.
 */
export function eventOf(
  report: VenueReport,
  request: OrderRequest,
  receivedTimeMs: number,
  causationId?: string,
): OrderEvent {
  const learned = { receivedTimeMs, causationId };
  const { account, profile, id: orderId } = request;
  switch (report.kind) {
    case "accepted": {
      const { held, venueOrderId } = report;
      const data = { account, profile, orderId, venueOrderId, held };
      return make("order.accepted.v1", data, report, held ? "held" : "", learned);
    }
    case "filled":
      return make("order.filled.v1", fillOf(report, request), report, report.executionId, learned);
    case "replaced": {
      const { replacementId } = report;
      return make(
        "order.replaced.v1",
        { account, profile, orderId, replacementId },
        report,
        "",
        learned,
      );
    }
    case "rejected": {
      const data = { account, profile, orderId, reason: report.reason };
      if (report.reason !== "duplicate")
        return make("order.rejected.v1", data, report, "", learned);
      return make("order.unknown.v1", data, report, String(report.timeMs), learned);
    }
    case "cancelled":
      return make(
        "order.cancelled.v1",
        { account, profile, orderId, reason: report.reason },
        report,
        "",
        learned,
      );
    case "expired":
      return make(
        "order.expired.v1",
        { account, profile, orderId, reason: report.reason },
        report,
        "",
        learned,
      );
    case "cancel-rejected":
    case "replace-rejected":
    case "unknown": {
      const type = `order.${report.kind}.v1` as const;
      return make(
        type,
        { account, profile, orderId, reason: report.reason },
        report,
        String(report.timeMs),
        learned,
      );
    }
  }
}

interface Learned {
  readonly receivedTimeMs: number;
  readonly causationId: string | undefined;
}

type FilledReport = Extract<VenueReport, { kind: "filled" }>;

function fillOf(report: FilledReport, request: OrderRequest): EventData<"order.filled.v1"> {
  return {
    account: request.account,
    profile: request.profile,
    orderId: request.id,
    symbol: request.symbol,
    side: request.side,
    executionId: report.executionId,
    quantity: report.quantity,
    price: report.price,
    fee: report.fee,
    slippage: report.slippage,
    liquidity: report.liquidity,
    complete: report.complete,
  };
}

function make<T extends OrderEventType>(
  type: T,
  data: EventData<T>,
  report: VenueReport,
  suffix: string,
  learned: Learned,
): EventOf<T> {
  const id = `${report.orderId}.${report.kind}${suffix === "" ? "" : `.${suffix}`}`;
  return {
    type,
    id,
    eventTimeMs: report.timeMs,
    receivedTimeMs: learned.receivedTimeMs,
    causationId: learned.causationId ?? id,
    data,
  };
}
