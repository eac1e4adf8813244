import type { Book } from "../domain/book.ts";
import { type Decimal, larger, ONE, roundDown, ZERO } from "../domain/decimal.ts";
import type { Order, OrderRequest } from "../domain/order.ts";
import { isFinal, standingOf } from "./lifecycle.ts";
import type { VenueReport } from "./venueReport.ts";

/** Which of the orders that go together a venue can't hold: `VenueAccount.legsWeKeep`. */
export type Keeps = (requests: readonly OrderRequest[]) => readonly OrderRequest[];

/** What is to be done about legs that we hold ourselves. */
export interface LegsDue {
  /** To be sent to the venue now, in one `submit`; quantities are what may trade, never more. */
  readonly submits: readonly OrderRequest[];
  /** Client order ids that are to be cancelled at the venue. */
  readonly cancels: readonly string[];
  /** Ends of legs that were never sent: to be booked as if the venue had said it. */
  readonly reports: readonly VenueReport[];
}

const NOTHING: LegsDue = { submits: [], cancels: [], reports: [] };

/**
 * What the end of an order means for legs that the venue does not hold, from the books as they are
 * after it; `order` is the one that ended, which has left the book. An entry's end lets its kept
 * legs go, as large as what it filled; a leg's fill ends its siblings; a stop that is gone lets
 * the target go that was kept back for its sake.
 *
 * The venue's own groups need none of it: `keeps` says which they are. Asking twice does no harm,
 * as what went is held no more and a client order id is taken once; {@link unsentLegs} finds what
 * a crash left behind.
 */
export function legsAfter(book: Book, order: Order, timeMs: number, keeps: Keeps): LegsDue {
  if (!isFinal(order) || order.status === "replaced") return NOTHING;
  const legs = heldLegsOf(book, order.request);
  if (legs.length === 0) return siblingsAfter(book, order, timeMs, keeps);
  const kept = new Set(keeps(groupOf(order, legs)).map(({ id }) => id));
  const ours = legs.filter(({ request }) => kept.has(request.id));
  return releaseLegs(ours, shareOf(order), timeMs, keeps);
}

/** How much of a parent has traded: `filled` out of `wanted`. */
export interface Share {
  readonly filled: Decimal;
  readonly wanted: Decimal;
}

/**
 * What a leg may trade whose parent ended with so much of itself not filled: as much less, in whole
 * lots. An entry that reverses is larger than its legs, and what it fills first only closes what
 * was there: a share of the leg would then open a position of its own.
 */
export function legQuantity(quantity: Decimal, unfilled: Decimal, lot: Decimal): Decimal {
  return unfilled <= ZERO ? quantity : roundDown(larger(quantity - unfilled, ZERO), lot);
}

/**
 * Lets legs go whose parent is over: less what it did not fill, in whole units where they were
 * whole; where nothing is left of them, they end. Legs that can't rest even so stay held, and are
 * watched: see core/execution/watchedLegs.ts.
 */
export function releaseLegs(
  legs: readonly Order[],
  { filled, wanted }: Share,
  timeMs: number,
  keeps: Keeps,
): LegsDue {
  const free: OrderRequest[] = [];
  const reports: VenueReport[] = [];
  for (const { request } of legs) {
    const quantity = request.quantity === null ? null : coverOf(request.quantity, filled, wanted);
    if (filled > ZERO && quantity !== null && quantity > ZERO) free.push({ ...request, quantity });
    else reports.push(ended(request.id, `${request.parentId} filled too little`, timeMs));
  }
  const kept = new Set(keeps(free).map(({ id }) => id));
  return { submits: free.filter(({ id }) => !kept.has(id)), cancels: [], reports };
}

/**
 * Held legs whose parent is in the book no more while nothing of their group works: either they are
 * watched, or a crash came between the parent's fill and their sending. Ask the venue for both
 * (`find`): where the leg never arrived, {@link releaseLegs} says what is to be sent.
 */
export function unsentLegs(book: Book): readonly Order[] {
  return book.orders.filter(({ request, status }) => {
    const { ocoGroup } = request;
    if (status !== "held") return false;
    const atWork = book.orders.some(
      (one) => ocoGroup !== null && one.request.ocoGroup === ocoGroup && standingOf(one) !== "held",
    );
    return isFree(book, request) && !atWork;
  });
}

/** What one leg's fill or end means for the others of its group. */
function siblingsAfter(book: Book, order: Order, timeMs: number, keeps: Keeps): LegsDue {
  const siblings = siblingsOf(book, order.request);
  // A pair that can rest together is one order of the venue's, which ends them itself.
  const together = keeps([order.request, ...siblings.map(({ request }) => request)]);
  if (siblings.length === 0 || together.length === 0 || !isFree(book, order.request)) {
    return NOTHING;
  }
  const { id } = order.request;
  const waiting = siblings.filter((one) => one.status === "held");
  const working = siblings.filter((one) => one.status !== "held");
  if (order.status === "filled") {
    const reports = waiting.map(({ request }) => ended(request.id, `${id} filled`, timeMs));
    const asked = working.filter((one) => one.status !== "cancel-requested");
    return { submits: [], cancels: asked.map(({ request }) => request.id), reports };
  }
  // Expired stops are renewed for the next day, and their targets go on waiting.
  if (order.status !== "cancelled" || working.length > 0) return NOTHING;
  return sendWhatIsLeft(book, waiting, `nothing is left for it after ${id}`, timeMs, keeps);
}

/** Legs for as much of the position as is left; those for which nothing is end. */
function sendWhatIsLeft(
  book: Book,
  waiting: readonly Order[],
  reason: string,
  timeMs: number,
  keeps: Keeps,
): LegsDue {
  const free = waiting.flatMap(({ request }) => withinPosition(book, request) ?? []);
  const left = new Set(free.map(({ id }) => id));
  const kept = new Set(keeps(free).map(({ id }) => id));
  return {
    submits: free.filter(({ id }) => !kept.has(id)),
    cancels: [],
    reports: waiting
      .filter(({ request }) => !left.has(request.id))
      .map(({ request }) => ended(request.id, reason, timeMs)),
  };
}

/**
 * A leg for no more than its profile holds, as a leg closes and must never open; null where nothing
 * is held.
 */
export function withinPosition(book: Book, request: OrderRequest): OrderRequest | null {
  const { profile, symbol, side, quantity } = request;
  const held = book.ledgers[profile]?.positions[symbol]?.quantity ?? ZERO;
  const closable = side === "sell" ? held : -held;
  if (quantity === null || closable <= ZERO) return null;
  return closable < quantity ? { ...request, quantity: closable } : request;
}

/** Whether a leg waits for nothing but its price: its parent is over, and has left the book. */
export function isFree(book: Book, leg: OrderRequest): boolean {
  return leg.parentId !== null && !book.orders.some(({ request }) => isParent(request, leg));
}

function groupOf(parent: Order, legs: readonly Order[]): readonly OrderRequest[] {
  const { id } = parent.request;
  // Legs of an entry that took another's place hang on the first one by name.
  return [parent.request, ...legs.map(({ request }) => ({ ...request, parentId: id }))];
}

/** The other open orders of a leg's group. */
export function siblingsOf(book: Book, { id, ocoGroup }: OrderRequest): readonly Order[] {
  if (ocoGroup === null) return [];
  return book.orders.filter(({ request }) => request.ocoGroup === ocoGroup && request.id !== id);
}

function heldLegsOf(book: Book, parent: OrderRequest): readonly Order[] {
  return book.orders.filter(
    ({ request, status }) => status === "held" && isParent(parent, request),
  );
}

/** A replacement keeps the intent of the first order, whose id that is. */
function isParent(order: OrderRequest, { parentId }: OrderRequest): boolean {
  if (parentId === null) return false;
  return order.id === parentId || order.intentId === parentId || order.replaces === parentId;
}

function shareOf({ request, filledQuantity }: Order): Share {
  return { filled: filledQuantity, wanted: request.quantity ?? filledQuantity };
}

function coverOf(quantity: Decimal, filled: Decimal, wanted: Decimal): Decimal {
  return legQuantity(quantity, wanted - filled, quantity % ONE === ZERO ? ONE : 1n);
}

function ended(orderId: string, reason: string, timeMs: number): VenueReport {
  return { kind: "cancelled", orderId, timeMs, reason };
}
