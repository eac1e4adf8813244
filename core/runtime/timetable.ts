import { type Firing, nextFiring, type Schedule } from "../domain/schedule.ts";
import type { EventOf } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";

interface Entry {
  readonly profile: CompiledProfile;
  readonly name: string;
  readonly rule: Schedule;
  next: Firing | null;
}

/** All schedules of all profiles, by the same rules that the deployed planner uses. */
export class Timetable {
  private readonly entries: readonly Entry[];
  /** When the next schedule is due, or Infinity. */
  nextMs = Number.POSITIVE_INFINITY;

  constructor(profiles: readonly CompiledProfile[], fromMs: number) {
    this.entries = profiles.flatMap((profile) =>
      Object.entries(profile.schedules).map(([name, rule]) => {
        return { profile, name, rule, next: nextFiring(rule, profile.calendar, fromMs) };
      }),
    );
    this.plan();
  }

  /** The schedules that are due at `timeMs` or before, in the order of profiles and names. */
  due(timeMs: number): readonly EventOf<"schedule.fired.v1">[] {
    const fired: EventOf<"schedule.fired.v1">[] = [];
    for (const entry of this.entries) {
      while (entry.next !== null && entry.next.timeMs <= timeMs) {
        fired.push(
          firedEvent({
            profile: entry.profile.name,
            schedule: entry.name,
            dueTimeMs: entry.next.timeMs,
            sessionDate: entry.next.sessionDate,
          }),
        );
        entry.next = nextFiring(entry.rule, entry.profile.calendar, entry.next.timeMs);
      }
    }
    this.plan();
    return fired;
  }

  private plan(): void {
    const times = this.entries.map(({ next }) => next?.timeMs ?? Number.POSITIVE_INFINITY);
    this.nextMs = Math.min(Number.POSITIVE_INFINITY, ...times);
  }
}

/** What names a firing. */
export interface FiringOf {
  readonly profile: string;
  readonly schedule: string;
  readonly dueTimeMs: number;
  readonly sessionDate: string;
}

/** A firing is known by profile, schedule and due time: repeats of it are the same event. */
export function firedEvent(firing: FiringOf): EventOf<"schedule.fired.v1"> {
  const { profile, schedule, dueTimeMs, sessionDate } = firing;
  const id = `${profile}.${schedule}.${dueTimeMs.toString(36)}`;
  return {
    type: "schedule.fired.v1",
    id,
    eventTimeMs: dueTimeMs,
    receivedTimeMs: dueTimeMs,
    causationId: id,
    data: { schedule, profile, dueTimeMs, sessionDate },
  };
}
