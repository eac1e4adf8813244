import type { Book } from "../domain/book.ts";
import { absolute, ZERO } from "../domain/decimal.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { VenueOrder } from "../ports/venueAccount.ts";
import { partiesOf } from "../strategy/draft.ts";
import type { CompiledProfile, Orphans } from "../strategy/profile.ts";
import { again } from "./again.ts";
import { bookEvents, bookOf } from "./bookHandler.ts";
import type { LivePorts } from "./livePorts.ts";

/** What becomes of open orders of an account that are in no book, as its profiles say. */
export function orphansOf(profiles: readonly CompiledProfile[], account: string): Orphans {
  const own = profiles.filter((one) => one.shadowOf === null && one.account.name === account);
  return own.find(({ orphans }) => orphans !== "report")?.orphans ?? "report";
}

/**
 * Takes open orders that are in no book into it, as after a table was restored: the profile that
 * they are for is told by their id, or is the only one of the account. From there on they are as
 * any other: they reserve, fill, and end at a kill switch. Answers those that were adopted; legs,
 * and orders of which the venue does not tell the terms, are left.
 */
export async function adopt(
  ports: LivePorts,
  account: string,
  orphans: readonly VenueOrder[],
  nowMs: number,
): Promise<readonly string[]> {
  const adopted: string[] = [];
  for (const orphan of orphans) {
    const request = requestOf(await bookOf(ports, account), account, orphan);
    if (request === null) continue;
    await again(() => bookEvents(ports, account, () => lifeOf(request, orphan, nowMs)));
    adopted.push(orphan.orderId);
  }
  return adopted;
}

function requestOf(book: Book, account: string, orphan: VenueOrder): OrderRequest | null {
  const { orderId: id, symbol, side, quantity, terms, submittedMs } = orphan;
  const profile = profileOf(book, id);
  const size = quantity ?? terms?.notional ?? null;
  if (profile === null || terms === undefined || size === null) return null;
  const held = book.ledgers[profile]?.positions[symbol]?.quantity ?? ZERO;
  const isExit =
    quantity !== null && held > ZERO === (side === "sell") && quantity <= absolute(held);
  return {
    ...{ id, intentId: id, profile, account, symbol, side, quantity },
    ...terms,
    notional: quantity === null ? terms.notional : null,
    expiresAtMs: null,
    extendedHours: false,
    role: isExit ? "exit" : "entry",
    parentId: null,
    ocoGroup: null,
    replaces: null,
    reason: "adopted: it was open at the venue and in no book",
    decidedTimeMs: submittedMs,
    referencePrice: terms.limitPrice ?? terms.stopPrice ?? ZERO,
  };
}

/** Our own ids begin with the name of the profile; of two names that fit the longer counts. */
function profileOf({ ledgers }: Book, orderId: string): string | null {
  const names = Object.keys(ledgers);
  const fitting = names.filter((name) => orderId.startsWith(`${name}.`));
  const [longest] = fitting.sort((a, b) => b.length - a.length);
  return longest ?? (names.length === 1 ? (names[0] ?? null) : null);
}

function lifeOf(
  request: OrderRequest,
  { venueOrderId }: VenueOrder,
  nowMs: number,
): readonly DomainEvent[] {
  const parties = partiesOf(request);
  const causationId = `${request.id}.adopted`;
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs, causationId };
  const head = (what: string) => ({ id: `${causationId}.${what}`, ...times });
  const requested = { ...parties, request };
  const accepted = { ...parties, venueOrderId, held: false };
  return [
    { ...head("requested"), type: "order.requested.v1", data: requested },
    { ...head("approved"), type: "order.approved.v1", data: { ...parties, checks: [] } },
    { ...head("submitted"), type: "order.submitted.v1", data: { ...parties, attempt: 1 } },
    { ...head("accepted"), type: "order.accepted.v1", data: accepted },
  ];
}
