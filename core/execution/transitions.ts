import type { OrderStatus } from "../domain/order.ts";

/**
 * What an event claims of an order: the status that it reports, or that a cancel or replace was
 * refused. A `filled` claim means that nothing is left to trade.
 */
export type Claim = OrderStatus | "cancel-rejected" | "replace-rejected";

/**
 * What a claim does: move to a status; `resume` the status from before our cancel or replace
 * request; change what lies `beneath` that request while it still waits for its answer; or nothing.
 */
export type Transition = OrderStatus | "resume" | "beneath" | "ignored";

type Row = Readonly<Record<Claim, Transition>>;

/** Statuses that venue evidence moves along; the two requests of ours only lie on top of them. */
export type Standing = Exclude<OrderStatus, "cancel-requested" | "replace-requested">;

/**
 * How far along an order stands. It never falls, so a late `accepted` cannot reopen a filled order.
 * `submitted` and `unknown` are both in flight and may alternate while attempts are repeated. A
 * filled order outranks a cancelled one, as an order that traded in full is filled, whatever else
 * was said of it.
 * @see FIX 4.4, volume 4, appendix D: precedence of OrdStatus (filled before cancelled)
 */
export const RANK: Readonly<Record<Standing, number>> = {
  requested: 0,
  approved: 1,
  submitted: 2,
  unknown: 2,
  held: 3,
  accepted: 4,
  "partially-filled": 5,
  denied: 6,
  rejected: 6,
  replaced: 6,
  cancelled: 6,
  expired: 6,
  filled: 7,
};

const NOTHING: Row = {
  requested: "ignored",
  approved: "ignored",
  submitted: "ignored",
  unknown: "ignored",
  held: "ignored",
  accepted: "ignored",
  "partially-filled": "ignored",
  "cancel-requested": "ignored",
  "cancel-rejected": "ignored",
  "replace-requested": "ignored",
  "replace-rejected": "ignored",
  denied: "ignored",
  rejected: "ignored",
  replaced: "ignored",
  cancelled: "ignored",
  expired: "ignored",
  filled: "ignored",
};

/** Each open status is moved by all that outranks it, and nothing else. */
const PARTLY: Row = {
  ...NOTHING,
  "partially-filled": "partially-filled",
  "cancel-requested": "cancel-requested",
  "replace-requested": "replace-requested",
  rejected: "rejected",
  replaced: "replaced",
  cancelled: "cancelled",
  expired: "expired",
  filled: "filled",
};
const HELD: Row = { ...PARTLY, accepted: "accepted" };
const IN_FLIGHT: Row = { ...HELD, submitted: "submitted", unknown: "unknown", held: "held" };
const APPROVED: Row = { ...IN_FLIGHT, denied: "denied" };

/** A request of ours lies on top: evidence moves what is beneath it, an end ends both. */
const ASKED: Row = {
  ...PARTLY,
  approved: "beneath",
  submitted: "beneath",
  unknown: "beneath",
  held: "beneath",
  accepted: "beneath",
  "partially-filled": "beneath",
  "cancel-requested": "ignored",
  "replace-requested": "ignored",
};

/** Only a fill says something new of a finished order: it is money, so it is never dropped. */
function finished(status: Standing): Row {
  return { ...NOTHING, "partially-filled": status, filled: "filled" };
}

/**
 * Every status against every claim. Two guards stand before it: a repeated execution and a repeated
 * submission attempt never get here.
 */
export const TRANSITIONS: Readonly<Record<OrderStatus, Row>> = {
  requested: { ...APPROVED, approved: "approved" },
  approved: APPROVED,
  submitted: IN_FLIGHT,
  unknown: { ...IN_FLIGHT, unknown: "ignored" },
  held: HELD,
  accepted: PARTLY,
  "partially-filled": PARTLY,
  "cancel-requested": { ...ASKED, "cancel-rejected": "resume" },
  // A cancel may overtake a replace that is still open: it is the stronger wish.
  "replace-requested": {
    ...ASKED,
    "cancel-requested": "cancel-requested",
    "replace-rejected": "resume",
  },
  denied: finished("denied"),
  rejected: finished("rejected"),
  replaced: finished("replaced"),
  cancelled: finished("cancelled"),
  expired: finished("expired"),
  filled: finished("filled"),
};
