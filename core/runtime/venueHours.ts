import { hoursDiffer, withAnnounced } from "../domain/calendar/announced.ts";
import { type Calendar, calendarOf } from "../domain/calendar/calendar.ts";
import { addDays, compareDates, DAY_MS, dayNumber, newYorkDate } from "../domain/time.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { VenueSession } from "../ports/marketData.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { announceSessions, byAnnounced } from "./announced.ts";
import { ingest } from "./ingest.ts";
import type { LivePorts } from "./livePorts.ts";

/** Days that the venue is asked about: whole quarters, as rules speak of their ends. */
const AROUND_DAYS = 100;

/** Days ahead of which a difference counts now, and before which the end of our data is told. */
const SOON_DAYS = 10;
const ENDING_DAYS = 60;

/** A clock this far from the venue's decides on bars too early or too late, ms. */
const CLOCK_OFF_MS = 2_000;

type HoursPorts = Pick<LivePorts, "store" | "journal" | "clock" | "notifier" | "marketData">;

/**
 * The profiles with the sessions that the venue announces for these months: what is planned by them
 * is right on a day of mourning, too, that no table knew, and so are the decisions of that day:
 * the journal tells them of it. A person is told once of each date that differs from our own
 * calendar, and well before that ends. A venue that does not answer is told of as well, and what is
 * known counts.
 * To be called before a day is planned.
 */
export async function byVenueHours(
  ports: HoursPorts,
  profiles: readonly CompiledProfile[],
): Promise<readonly CompiledProfile[]> {
  const own = calendarOf("us-equity");
  if (!profiles.some(({ calendar }) => calendar.id === own.id)) return profiles;
  const nowMs = ports.clock.nowMs();
  const today = newYorkDate(nowMs);
  await tellOfEnd(ports, own, today, nowMs);
  const range = { from: addDays(today, -AROUND_DAYS), to: addDays(today, AROUND_DAYS) };
  let hours: readonly VenueSession[];
  try {
    hours = await ports.marketData.calendar(range.from, range.to);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await ports.notifier.notify({
      key: `calendar.unread.${today}`,
      severity: "warning",
      title: "The venue's calendar could not be read",
      text: `the day is planned by what is known: ${why}`,
      timeMs: nowMs,
    });
    return byAnnounced(ports.store, profiles);
  }
  await tellOfDifference(ports, own, today, hours);
  const soon = { from: today, to: addDays(today, SOON_DAYS) };
  const near = hours.filter(({ date }) => date >= soon.from && date <= soon.to);
  await announceSessions(ports, profiles, own, soon, near);
  const announced = withAnnounced(own, range, hours);
  return profiles.map((one) =>
    one.calendar.id === own.id ? { ...one, calendar: announced } : one,
  );
}

/** Tells a person where our clock is off the venue's. Answers by how much it is ahead, ms. */
export async function compareClocks({ marketData, clock, notifier }: HoursPorts): Promise<number> {
  if (marketData.timeMs === undefined) return 0;
  const askedMs = clock.nowMs();
  const theirsMs = await marketData.timeMs();
  const nowMs = clock.nowMs();
  // It was looked at somewhere between the question and the answer.
  const aheadMs = nowMs < theirsMs ? nowMs - theirsMs : Math.max(askedMs - theirsMs, 0);
  if (Math.abs(aheadMs) <= CLOCK_OFF_MS) return aheadMs;
  const side = aheadMs > 0 ? "ahead of" : "behind";
  await notifier.notify({
    key: "clock.off",
    severity: "page",
    title: `This machine's clock is ${Math.abs(aheadMs)} ms ${side} the venue's`,
    text:
      "set it (NTP): signals are refused as stale or early by it, bars are asked for at the " +
      "wrong moment, and entries are denied as too old",
    timeMs: nowMs,
  });
  return aheadMs;
}

async function tellOfEnd(ports: HoursPorts, own: Calendar, today: string, nowMs: number) {
  const left = dayNumber(own.validTo) - dayNumber(today);
  if (left > ENDING_DAYS) return;
  const reason =
    `it ends on ${own.validTo}: upgrade before, or add the year in ` +
    `core/domain/calendar/${own.id}.ts, as profiles stop where it ends`;
  // Again each week: it is easily put off.
  await tell(ports, own, `ends.${Math.floor(nowMs / (7 * DAY_MS))}`, reason);
}

async function tellOfDifference(
  ports: HoursPorts,
  own: Calendar,
  today: string,
  hours: readonly VenueSession[],
) {
  const last = addDays(today, SOON_DAYS);
  const to = compareDates(last, own.validTo) < 0 ? last : own.validTo;
  if (compareDates(today, to) > 0) return;
  const soon = hours.filter(({ date }) => date >= today && date <= to);
  for (const line of hoursDiffer(own.sessionsBetween(today, to), soon)) {
    const reason = `${line}; schedules and decisions go by the venue`;
    await tell(ports, own, line.slice(0, 10), reason);
  }
}

async function tell(ports: HoursPorts, { id: calendar }: Calendar, what: string, reason: string) {
  const id = `calendar.${calendar}.${what}`;
  if ((await ports.journal.event(id)) !== undefined) return;
  const nowMs = ports.clock.nowMs();
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs, causationId: id };
  const data = { calendar, reason };
  const event: DomainEvent = { type: "calendar.differed.v1", id, ...times, data };
  if ((await ingest(ports.store, event)) === "repeat") return;
  const title = `Calendar ${calendar}`;
  await ports.notifier.notify({ key: id, severity: "page", title, text: reason, timeMs: nowMs });
}
