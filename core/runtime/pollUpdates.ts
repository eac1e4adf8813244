import type { Order } from "../domain/order.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import { bookOf } from "./bookHandler.ts";
import type { LivePorts } from "./livePorts.ts";
import { handleUpdates } from "./updatesHandler.ts";

/** Statuses of orders that the venue was not told of yet. */
const notSent: ReadonlySet<string> = new Set(["requested", "approved"]);

/**
 * Asks the venue for the fills of an account since a time, and for the state of each order that is
 * open in its book; asks for nothing where none is. Answers how many events told something new.
 */
export async function pollUpdates(
  ports: LivePorts,
  account: string,
  sinceMs: number,
): Promise<number> {
  const { orders } = await bookOf(ports, account);
  return orders.some(isSent) ? (await catchUp(ports, account, sinceMs)).length : 0;
}

/**
 * As {@link pollUpdates}, whatever the book says: a venue that does not answer is noticed. Answers
 * what was new.
 */
export async function catchUp(
  ports: LivePorts,
  account: string,
  sinceMs: number,
): Promise<readonly DomainEvent[]> {
  const venue = ports.venue(account);
  const sent = (await bookOf(ports, account)).orders.filter(isSent);
  const fills = await venue.fillsSince(sinceMs);
  const nowMs = ports.clock.nowMs();
  const booked = [...(await handleUpdates(ports, account, fills, nowMs)).events];
  for (const { request } of sent) {
    const reports = await venue.find(request.id);
    if (reports === null) continue;
    booked.push(...(await handleUpdates(ports, account, reports, nowMs)).events);
  }
  return booked;
}

function isSent({ status }: Order): boolean {
  return !notSent.has(status);
}
