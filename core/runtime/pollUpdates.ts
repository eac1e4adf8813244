import { bookOf } from "./bookHandler.ts";
import type { LivePorts } from "./livePorts.ts";
import { handleUpdates } from "./updatesHandler.ts";

/** Statuses of orders that the venue was not told of yet. */
const notSent: ReadonlySet<string> = new Set(["requested", "approved"]);

/**
 * Asks the venue for the fills of an account since a time, and for the state of each order that is
 * open in its book. Answers how many events told something new.
 */
export async function pollUpdates(
  ports: LivePorts,
  account: string,
  sinceMs: number,
): Promise<number> {
  const venue = ports.venue(account);
  const book = await bookOf(ports, account);
  const sent = book.orders.filter(({ status }) => !notSent.has(status));
  if (sent.length === 0) return 0;
  const fills = await venue.fillsSince(sinceMs);
  const nowMs = ports.clock.nowMs();
  let booked = (await handleUpdates(ports, account, fills, nowMs)).events.length;
  for (const { request } of sent) {
    const reports = await venue.find(request.id);
    if (reports === null) continue;
    booked += (await handleUpdates(ports, account, reports, nowMs)).events.length;
  }
  return booked;
}
