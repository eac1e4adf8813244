import {
  type AnnouncedDay,
  type AnnouncedHours,
  type AnnouncedRange,
  otherDays,
  withDays,
} from "../domain/calendar/announced.ts";
import type { Calendar } from "../domain/calendar/calendar.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { ingest } from "./ingest.ts";
import { readableState } from "./readable.ts";

/** What telling of sessions needs. */
export interface SessionPorts {
  readonly store: Store;
  readonly clock: Clock;
}

/**
 * Tells the profiles of the days on which the venue's sessions are other than they know: from the
 * journal on they decide by them, live and whenever the day is decided again. Answers whether it
 * was news to anyone.
 */
export async function announceSessions(
  { store, clock }: SessionPorts,
  profiles: readonly CompiledProfile[],
  calendar: Calendar,
  range: AnnouncedRange,
  hours: readonly AnnouncedHours[],
): Promise<boolean> {
  const days = otherDays(calendar, range, hours);
  const text = JSON.stringify(days);
  let isNews = false;
  for (const { name } of profiles.filter((one) => one.calendar.id === calendar.id)) {
    const state = await readableState(store, name);
    if (state !== undefined && keptIn(state.sessions ?? [], range) !== text) isNews = true;
  }
  if (!isNews) return false;
  const nowMs = clock.nowMs();
  const id = `sessions.${calendar.id}.${nowMs.toString(36)}`;
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs, causationId: id };
  const data = { calendar: calendar.id, ...range, days };
  await ingest(store, { type: "sessions.announced.v1", id, ...times, data });
  return true;
}

function keptIn(sessions: readonly AnnouncedDay[], { from, to }: AnnouncedRange): string {
  return JSON.stringify(sessions.filter(({ date }) => date >= from && date <= to));
}

/** Profiles with the sessions that their snapshots know of, as their decisions see them. */
export async function byAnnounced(
  store: Store,
  profiles: readonly CompiledProfile[],
): Promise<readonly CompiledProfile[]> {
  const known: CompiledProfile[] = [];
  for (const profile of profiles) {
    const sessions = (await readableState(store, profile.name))?.sessions ?? [];
    const calendar = withDays(profile.calendar, sessions);
    known.push(calendar === profile.calendar ? profile : { ...profile, calendar });
  }
  return known;
}

/** Sessions are announced at night: who asks every minute reads the snapshots this seldom, ms. */
const READ_AGAIN_MS = 15 * MINUTE_MS;

/** As {@link byAnnounced} for those who ask often: what was read lately is answered again. */
export class KnownSessions {
  private readonly ports: SessionPorts;
  private readonly own: readonly CompiledProfile[];
  private known: readonly CompiledProfile[];
  private readMs = Number.NEGATIVE_INFINITY;

  constructor(ports: SessionPorts, profiles: readonly CompiledProfile[]) {
    this.ports = ports;
    this.own = profiles;
    this.known = profiles;
  }

  async profiles(): Promise<readonly CompiledProfile[]> {
    const nowMs = this.ports.clock.nowMs();
    if (nowMs - this.readMs < READ_AGAIN_MS) return this.known;
    this.known = await byAnnounced(this.ports.store, this.own);
    this.readMs = nowMs;
    return this.known;
  }
}
