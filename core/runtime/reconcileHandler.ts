import type { Book } from "../domain/book.ts";
import { decimal, textOf, ZERO } from "../domain/decimal.ts";
import { orderOf } from "../domain/ledger.ts";
import { newYorkDate, newYorkTimeMs, utcDate } from "../domain/time.ts";
import type { EventOf } from "../events/catalogue.ts";
import { type Doubt, type Drift, driftsOf, type Tolerance } from "../execution/drift.ts";
import { isFinal } from "../execution/lifecycle.ts";
import type { VenueOrder } from "../ports/venueAccount.ts";
import type { Orphans } from "../strategy/profile.ts";
import { actionIdOf } from "./actionHandler.ts";
import { bookOf } from "./bookHandler.ts";
import { ingest } from "./ingest.ts";
import type { LivePorts } from "./livePorts.ts";
import { adopt } from "./orphans.ts";
import { RESOLVE_DEFAULTS, type ResolveOptions, resolveInFlight } from "./resolveHandler.ts";
import { noteCompared } from "./sight.ts";
import { handleUpdates } from "./updatesHandler.ts";

/** How reconciliation judges what it finds. */
export interface ReconcileOptions {
  readonly tolerance: Tolerance;
  /** Compare cash too: only where nothing but our profiles moves it. */
  readonly comparesCash: boolean;
  /** Open orders in the account that were never ours. */
  readonly strangers: Orphans;
  /** Fills are asked for from this long before the last look, ms: venues list some late. */
  readonly overlapMs: number;
  readonly resolve: ResolveOptions;
}

/** Positions must agree exactly, cash is not compared, strangers are told of. */
export const RECONCILE_DEFAULTS: ReconcileOptions = {
  tolerance: { quantity: ZERO, cash: decimal("1") },
  comparesCash: false,
  strangers: "report",
  overlapMs: 3_600_000,
  resolve: RESOLVE_DEFAULTS,
};

/** What a look at the venue came to. */
export type Reconciled = EventOf<"account.reconciled.v1">["data"];

/**
 * Compares our books of an account with the venue's. Missed fills and ends of orders are booked;
 * differences that remain are told, and past the tolerance the profiles that hold the instrument
 * are halted. It never sends an order to mend a difference.
 */
export async function reconcile(
  ports: LivePorts,
  account: string,
  sinceMs: number,
  options: ReconcileOptions = RECONCILE_DEFAULTS,
): Promise<Reconciled> {
  const venue = ports.venue(account);
  const nowMs = ports.clock.nowMs();
  const before = await bookOf(ports, account);
  const fills = await venue.fillsSince(sinceMs - options.overlapMs);
  const missed = await handleUpdates(ports, account, fills, nowMs);
  await resolveInFlight(ports, account, options.resolve);
  const open = await venue.openOrders();
  const ended = await askForMissing(ports, account, open, nowMs);
  const strangers = await strangersOf(ports, before, open, nowMs);
  let adopted = 0;
  if (options.strangers === "cancel") {
    for (const { orderId } of strangers) await venue.cancel(orderId, nowMs);
  } else if (options.strangers === "adopt") {
    await adopt(ports, account, strangers, nowMs);
    // What they have filled by now is known since a moment: it is ours as well.
    adopted = (await handleUpdates(ports, account, fills, nowMs)).events.length;
  }
  const drifts = await compare(ports, account, open, options);
  const data: Reconciled = {
    account,
    booked: missed.events.length + ended + adopted,
    strangers: strangers.map(({ orderId }) => orderId),
    drifts,
  };
  await tell(ports, data, nowMs);
  await noteCompared(ports, account, nowMs);
  return data;
}

/** Orders that rest in our book and not at the venue have ended there without our hearing of it. */
async function askForMissing(
  ports: LivePorts,
  account: string,
  open: readonly VenueOrder[],
  nowMs: number,
): Promise<number> {
  const there = new Set(open.map(({ orderId }) => orderId));
  const book = await bookOf(ports, account);
  let booked = 0;
  for (const { request, status } of book.orders) {
    if (there.has(request.id) || notAtVenue.has(status)) continue;
    const reports = await ports.venue(account).find(request.id);
    if (reports === null) continue;
    booked += (await handleUpdates(ports, account, reports, nowMs)).events.length;
  }
  return booked;
}

/** How long a venue may list an order that has ended, ms. */
const LINGER_MS = 60_000;

/** Statuses of orders that the venue was not told of, or whose fate is being asked for already. */
const notAtVenue: ReadonlySet<string> = new Set(["requested", "approved", "submitted", "unknown"]);

async function strangersOf(
  { journal }: LivePorts,
  book: Book,
  open: readonly VenueOrder[],
  nowMs: number,
): Promise<readonly VenueOrder[]> {
  const strangers: VenueOrder[] = [];
  for (const order of open) {
    if (orderOf(book, order.orderId) !== undefined) continue;
    const known = await journal.order(order.orderId);
    // One that we took for ended and that rests there all the same is nobody's any more either;
    // what ended just now the venue may list for a moment longer.
    const isOver = known !== undefined && isFinal(known) && nowMs - known.updatedTimeMs > LINGER_MS;
    if (known === undefined || isOver) strangers.push(order);
  }
  return strangers;
}

/** How long a fill may take to be told after the venue has ceased to show its order, ms. */
const DOUBT_MS = 1_500;

async function compare(
  ports: LivePorts,
  account: string,
  open: readonly VenueOrder[],
  { tolerance, comparesCash }: ReconcileOptions,
): Promise<readonly Drift[]> {
  const venue = ports.venue(account);
  const positions = new Map(
    (await venue.positions()).map(({ symbol, quantity }) => [symbol, quantity]),
  );
  const cash = comparesCash ? (await venue.balances()).cash : null;
  const there = { positions, cash, open: new Set(open.map(({ orderId }) => orderId)) };
  const { drifts, doubts } = driftsOf(await bookOf(ports, account), there, tolerance);
  const found: Drift[] = [];
  for (const drift of drifts) if (!(await isSplitAhead(ports, drift))) found.push(drift);
  for (const doubt of doubts) if (await isOld(ports, account, doubt)) found.push(doubt.drift);
  return found;
}

/**
 * Whether a difference was there at an earlier look already. The first is written down under a name
 * that tells it from others, as a fill that nobody tells of would explain away a difference for as
 * long as our book waits for it.
 */
async function isOld(ports: LivePorts, account: string, { drift, orders }: Doubt) {
  const nowMs = ports.clock.nowMs();
  const id = `${account}.doubt.${drift.what}.${textOf(drift.venues)}.${orders[0] ?? ""}`;
  const first = await ports.journal.event(id);
  if (first !== undefined) return nowMs - first.receivedTimeMs >= DOUBT_MS;
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs, causationId: id };
  const data = { account, booked: 0, strangers: [], drifts: [{ ...drift, isPast: false }] };
  await ingest(ports.store, { type: "account.reconciled.v1", id, ...times, data });
  return false;
}

/** Whether a split is in our books and, before the open, perhaps not yet in the venue's. */
async function isSplitAhead({ journal, clock }: LivePorts, { what }: Drift): Promise<boolean> {
  const nowMs = clock.nowMs();
  for (const date of new Set([newYorkDate(nowMs), utcDate(nowMs)])) {
    // Not of the calendar, which knows but some years: on days without a session none is split.
    if (nowMs >= newYorkTimeMs(date, "09:30")) continue;
    const timeMs = newYorkTimeMs(date, "04:00");
    const id = actionIdOf({ symbol: what, kind: "split", timeMs });
    if ((await journal.event(id)) !== undefined) return true;
  }
  return false;
}

async function tell(ports: LivePorts, data: Reconciled, nowMs: number): Promise<void> {
  const { account, booked, strangers, drifts } = data;
  if (booked + strangers.length + drifts.length === 0) return;
  const id = `${account}.reconciled.${nowMs}`;
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs, causationId: id };
  await ingest(ports.store, { type: "account.reconciled.v1", id, ...times, data });
  const past = drifts.filter(({ isPast }) => isPast);
  for (const drift of past) await haltHolders(ports, account, drift, nowMs);
  if (past.length + strangers.length === 0) return;
  await ports.notifier.notify({
    key: `drift.${account}`,
    severity: past.length > 0 ? "page" : "warning",
    title: `Account ${account} differs from the venue's books`,
    text: [...past.map(driftText), ...strangers.map((order) => `unknown order ${order}`)].join(
      "\n",
    ),
    timeMs: nowMs,
  });
}

async function haltHolders(
  ports: LivePorts,
  account: string,
  drift: Drift,
  sinceMs: number,
): Promise<void> {
  const { ledgers } = await bookOf(ports, account);
  const holders = Object.values(ledgers).filter(({ positions }) => drift.what in positions);
  const reason = driftText(drift);
  const by = "reconciliation";
  // Where no profile of ours holds it, the whole account is not what we think it is.
  if (holders.length === 0) {
    await ports.switches.halt({ kind: "account", name: account, reason, by, sinceMs });
  }
  for (const { profile } of holders) {
    await ports.switches.halt({ kind: "profile", name: profile, reason, by, sinceMs });
  }
}

function driftText({ what, ours, venues, tolerance }: Drift): string {
  return `${what}: ours ${textOf(ours)}, the venue's ${textOf(venues)}, tolerance ${textOf(tolerance)}`;
}
