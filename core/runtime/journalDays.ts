import { addDays, dateOfDay, dayNumber } from "../domain/time.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { Journal } from "../ports/journal.ts";

/** Events that are read at a time. */
const PAGE = 500;

/**
 * Every event received on the dates from one to another (ISO, UTC, both included), in order.
 * @throws InputError for a date that is none.
 */
export async function* eventsBetween(
  journal: Pick<Journal, "read">,
  from: string,
  to: string,
): AsyncGenerator<DomainEvent> {
  const last = dayNumber(to);
  for (let day = dayNumber(from); day <= last; day += 1) {
    const date = dateOfDay(day);
    let after: string | null = null;
    do {
      const page = await journal.read({ date, after, limit: PAGE });
      for (const { event } of page.entries) yield event;
      after = page.next;
    } while (after !== null);
  }
}

/**
 * A day of the journal as it can be decided again: from the first snapshots of a UTC date up to the
 * first of the next date, or to the end of what is there. Empty where the date has no snapshots.
 */
export async function recordedDay(
  journal: Pick<Journal, "read">,
  date: string,
): Promise<readonly DomainEvent[]> {
  const events: DomainEvent[] = [];
  for await (const event of eventsBetween(journal, date, date)) {
    if (events.length > 0 || event.type === "snapshot.taken.v1") events.push(event);
  }
  if (events.length === 0) return events;
  const next = addDays(date, 1);
  for await (const event of eventsBetween(journal, next, next)) {
    if (event.type === "snapshot.taken.v1") break;
    events.push(event);
  }
  return events;
}
