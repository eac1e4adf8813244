import { type Decimal, ZERO } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { VenueAccount } from "../../core/ports/venueAccount.ts";
import { type FeeModel, noFee } from "../../core/simulation/fees.ts";
import { balancesOf, fillsOf, openOrdersOf, positionsOf } from "./accountViews.ts";
import { errorOf, type Failure, valueOrThrow } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import { type KnownOrders, Names } from "./names.ts";
import { bodyOf, patchOf } from "./orderBody.ts";
import { each, KEPT, keptReports, notReplaced, obstacleOf, refused } from "./outcomes.ts";
import { legsWeKeep, type Placement, placementsOf } from "./placement.ts";
import { refusalOf } from "./refusals.ts";
import {
  cutReport,
  endOf,
  fillOfActivity,
  isFinalStatus,
  type ReportTerms,
  standingReports,
} from "./reports.ts";
import { sleep, systemTimers, type Timers } from "./timers.ts";
import { washTradeOf } from "./washTrade.ts";
import type { WireOrder } from "./wire.ts";

/** What the adapter is given besides its way to Alpaca. */
export interface AlpacaVenueOptions {
  /** The account's open orders as our books have them: the adapter keeps no state of its own. */
  readonly known?: KnownOrders;
  /** What executions cost, as Alpaca does not say with them; nothing by default. */
  readonly fees?: FeeModel;
  /** What waiting for a cancel goes by; the machine's own by default. */
  readonly timers?: Timers;
}

/** How long a cancel is waited for, ms from one look to the next; then its update must tell. */
const LOOKS_MS = [100, 200, 400, 800];

/**
 * An Alpaca account as a venue. An order that Alpaca would refuse is refused here; one whose fate
 * is not known is reported `unknown` and never sent again by itself.
 */
export class AlpacaVenue implements VenueAccount {
  private readonly gateway: Gateway;
  private readonly known: KnownOrders;
  private readonly fees: FeeModel;
  private readonly timers: Timers;
  readonly names: Names;

  constructor(gateway: Gateway, options: AlpacaVenueOptions = {}) {
    const { known = () => [], fees = noFee, timers = systemTimers } = options;
    this.gateway = gateway;
    this.known = known;
    this.fees = fees;
    this.timers = timers;
    this.names = new Names(gateway, known);
  }

  /**
   * Sends each group in one body where Alpaca can hold it.
   * @throws TransientError or InputError where not one order was sent; else what is sent is told.
   */
  async submit(requests: readonly OrderRequest[], nowMs: number): Promise<readonly VenueReport[]> {
    this.names.remember(requests);
    const reports: VenueReport[] = [];
    for (const placement of placementsOf(requests)) {
      if (placement.orderClass === "kept") {
        reports.push(...keptReports(placement, nowMs));
        continue;
      }
      const reason = refusalOf(placement) ?? washTradeOf(placement, await this.known());
      if (reason === null)
        reports.push(...(await this.place(placement, nowMs, reports.length > 0)));
      else reports.push(...refused(placement, reason, nowMs));
    }
    return reports;
  }

  /**
   * Asks for the end of an order and waits a little for it, as an exit that follows would be
   * refused while the order still reserves its shares. Of a slower one its update tells later.
   */
  async cancel(orderId: string, nowMs: number): Promise<readonly VenueReport[]> {
    const order = await this.names.locate(orderId, "exit");
    if (order === null) return this.cancelKept(orderId, nowMs);
    const answer = await this.gateway.cancel(order.id);
    if (!answer.ok && answer.failure.kind !== "refused") throw errorOf(answer.failure, orderId);
    const after = answer.ok ? await this.ended(order.id) : await this.standing(order.id);
    const reports = await this.reportsOf(after, orderId);
    if (answer.ok) return endOf(after, await this.termsOf(after, orderId)) === null ? [] : reports;
    const reason = "reason" in answer.failure ? answer.failure.reason : answer.failure.kind;
    return [...reports, { kind: "cancel-rejected", orderId, timeMs: nowMs, reason }];
  }

  /** Puts a replacement in an order's place, for what the order has not filled. */
  async replace(
    orderId: string,
    replacement: OrderRequest,
    nowMs: number,
  ): Promise<readonly VenueReport[]> {
    this.names.remember([replacement]);
    const order = await this.names.locate(orderId, "exit");
    if (order === null) return this.replaceKept(orderId, replacement, nowMs);
    const rest = await this.restOf(order, replacement);
    const reason = obstacleOf(order, replacement, rest);
    if (reason !== null) return notReplaced(orderId, replacement, reason, nowMs);
    const answer = await this.gateway.patch(order.id, patchOf(order, replacement, rest));
    if (!answer.ok) return this.replaceFailed(order, orderId, replacement, answer.failure, nowMs);
    await this.names.learn({ ...answer.value, client_order_id: replacement.id, legs: [] });
    const accepted = await this.reportsOf(answer.value, replacement.id);
    // That it was taken does not say that it is done: the old order may fill first.
    const before = await this.standing(order.id);
    if (before.status !== "replaced") return accepted;
    const replaced = { orderId, timeMs: nowMs, replacementId: replacement.id };
    return [{ kind: "replaced", ...replaced }, ...accepted];
  }

  /** All that Alpaca knows of one of our ids, its executions too; null where it never arrived. */
  async find(orderId: string): Promise<readonly VenueReport[] | null> {
    const order = await this.names.locate(orderId);
    return order === null ? null : this.reportsOf(order, orderId);
  }

  /** See {@link legsWeKeep}: which legs of a group the caller sends once the parent has filled. */
  legsWeKeep(requests: readonly OrderRequest[]): readonly OrderRequest[] {
    return legsWeKeep(requests);
  }

  openOrders() {
    return openOrdersOf(this.gateway, this.names, this.known);
  }

  positions() {
    return positionsOf(this.gateway);
  }

  balances() {
    return balancesOf(this.gateway);
  }

  fillsSince(timeMs: number) {
    return fillsOf(this.gateway, this.names, this.fees, timeMs);
  }

  /** What reports of an order need: our own copy of it, and the name of what took its place. */
  async termsOf(order: WireOrder, orderId: string): Promise<ReportTerms> {
    const request = await this.names.requestOf(orderId);
    const ours = await this.names.orderOf(orderId);
    const { replaced_by, status } = order;
    const isReplaced = status === "replaced" && replaced_by !== null;
    return {
      orderId,
      order: ours ?? (request === undefined ? undefined : { request, filledQuantity: ZERO }),
      replacementId: isReplaced ? await this.names.nameOfId(replaced_by) : null,
      fees: this.fees,
    };
  }

  private async place(
    placement: Placement,
    nowMs: number,
    isLate: boolean,
  ): Promise<readonly VenueReport[]> {
    const { root, legs } = placement;
    const priority = root.role === "entry" || root.role === "rebalance" ? "entry" : "exit";
    const answer = await this.gateway.post(bodyOf(placement), priority);
    if (answer.ok) {
      const held = await this.names.learn(answer.value);
      const reports = [...(await this.reportsOf(answer.value, root.id))];
      for (const { leg, orderId } of held) {
        const terms = await this.termsOf({ ...leg, legs: [] }, orderId);
        reports.push(...standingReports(leg, terms));
      }
      const unnamed = legs.filter(({ id }) => !held.some(({ orderId }) => orderId === id));
      const unclear = each(unnamed, "unknown", "not in the answer to its group", nowMs);
      return [...reports, ...unclear, ...keptReports(placement, nowMs)];
    }
    const { failure } = answer;
    if (failure.kind === "refused") {
      const { reason } = failure;
      if (reason !== "duplicate") return refused(placement, reason, nowMs);
      // The order is there since an earlier attempt, and so are its legs.
      return [
        ...each([root, ...legs], "rejected", reason, nowMs),
        ...keptReports(placement, nowMs),
      ];
    }
    // What was certainly not sent may be tried again, unless orders before it were.
    if (failure.kind !== "lost" && !isLate) throw errorOf(failure, `the order ${root.id}`);
    const reason = failure.kind === "lost" ? failure.reason : `not sent: ${failure.kind}`;
    return [...each([root, ...legs], "unknown", reason, nowMs), ...keptReports(placement, nowMs)];
  }

  /** The standing of an order and its executions, as far as the venue lists them yet. */
  private async reportsOf(order: WireOrder, orderId: string): Promise<readonly VenueReport[]> {
    const terms = await this.termsOf(order, orderId);
    const [standing, ...end] = standingReports(order, terms);
    if (standing === undefined || order.filled_qty === ZERO) {
      return standing === undefined ? end : [standing, ...end];
    }
    const sinceMs = order.submitted_at ?? order.created_at ?? 0;
    const fills = (await this.gateway.fills(sinceMs)).filter((fill) => fill.order_id === order.id);
    const reports = fills.map((fill) => fillOfActivity(fill, order, terms));
    const last = reports.at(-1);
    const done =
      order.status === "filled" && last?.complete === true
        ? cutReport(terms, order.filled_qty, ZERO, last.timeMs)
        : null;
    return [standing, ...reports, ...(done === null ? [] : [done]), ...end];
  }

  private async standing(venueOrderId: string): Promise<WireOrder> {
    return valueOrThrow(await this.gateway.byId(venueOrderId, "exit"), venueOrderId);
  }

  private async ended(venueOrderId: string): Promise<WireOrder> {
    let order = await this.standing(venueOrderId);
    for (const waitMs of LOOKS_MS) {
      if (isFinalStatus(order.status)) return order;
      await sleep(this.timers, waitMs);
      order = await this.standing(venueOrderId);
    }
    return order;
  }

  /** A kept leg was never sent, so that its end is ours to tell. */
  private async cancelKept(orderId: string, nowMs: number): Promise<readonly VenueReport[]> {
    const kept = await this.keptOrder(orderId);
    const at = { orderId, timeMs: nowMs };
    return kept === undefined
      ? [{ kind: "cancel-rejected", ...at, reason: "the order is not known" }]
      : [{ kind: "cancelled", ...at, reason: "cancelled before it was sent" }];
  }

  private async replaceKept(
    orderId: string,
    replacement: OrderRequest,
    nowMs: number,
  ): Promise<readonly VenueReport[]> {
    const kept = await this.keptOrder(orderId);
    if (kept === undefined) {
      return notReplaced(orderId, replacement, "the order is not known", nowMs);
    }
    const at = { timeMs: nowMs };
    return [
      { kind: "replaced", orderId, ...at, replacementId: replacement.id },
      { kind: "accepted", orderId: replacement.id, ...at, venueOrderId: KEPT, held: true },
    ];
  }

  /** An order of our books that waits with us. */
  private async keptOrder(orderId: string) {
    const order = await this.names.orderOf(orderId);
    const status = order?.resumeStatus ?? order?.status;
    return order?.request.parentId != null && status === "held" ? order : undefined;
  }

  private async replaceFailed(
    order: WireOrder,
    orderId: string,
    replacement: OrderRequest,
    failure: Failure,
    nowMs: number,
  ): Promise<readonly VenueReport[]> {
    if (failure.kind === "lost") {
      return each([replacement], "unknown", failure.reason, nowMs);
    }
    if (failure.kind !== "refused") throw errorOf(failure, `replacing ${orderId}`);
    const after = await this.standing(order.id);
    return [
      ...(await this.reportsOf(after, orderId)),
      ...notReplaced(orderId, replacement, failure.reason, nowMs),
    ];
  }

  /** What a replacement may still trade: its quantity less what all before it have filled. */
  private async restOf(order: WireOrder, replacement: OrderRequest): Promise<Decimal | null> {
    let rest = replacement.quantity;
    for (let one: WireOrder | null = order; one !== null && rest !== null; ) {
      rest -= one.filled_qty;
      const { replaces }: WireOrder = one;
      one =
        replaces === null
          ? null
          : valueOrThrow(await this.gateway.byId(replaces, "exit"), replaces);
    }
    return rest;
  }
}
