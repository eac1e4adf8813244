import { describeSchedule, firingsBetween, type Schedule } from "../domain/schedule.ts";
import { addDays, iso, MINUTE_MS, utcDate } from "../domain/time.ts";
import type { EventOf } from "../events/catalogue.ts";
import { mix } from "../simulation/seed.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { REPORT_AFTER_MS, type ReportOf } from "./dayReport.ts";
import { ingest } from "./ingest.ts";
import type { LivePorts } from "./livePorts.ts";
import { baseOf } from "./pollBars.ts";
import { type FiringOf, firedEvent } from "./timetable.ts";

/** How long after the close a daily bar is asked for, ms: the closing auction prints late. */
const DAILY_BAR_DELAY_MS = 5 * MINUTE_MS;

/** How a firing ended. */
export type JobOutcome = "fired" | "repeat" | "missed";

/**
 * Lets a schedule fire. It is known by profile, schedule and due time, so firing twice is firing
 * once; past its deadline it is recorded as missed, told to a person, and not run, as a rebalance
 * an hour late is another trade than the one that was tested.
 */
export async function fireSchedule(
  ports: LivePorts,
  due: FiringOf,
  deadlineMs: number,
): Promise<JobOutcome> {
  const nowMs = ports.clock.nowMs();
  const lateMs = nowMs - due.dueTimeMs;
  const fired = firedEvent(due);
  if (lateMs <= deadlineMs) {
    const taken = await ingest(ports.store, { ...fired, receivedTimeMs: nowMs });
    return taken === "taken" ? "fired" : "repeat";
  }
  if ((await ports.journal.event(fired.id)) !== undefined) return "repeat";
  const missed = missedEvent(due, nowMs, deadlineMs);
  if ((await ingest(ports.store, missed)) === "repeat") return "missed";
  await ports.notifier.notify({
    key: missed.id,
    severity: "warning",
    title: `${due.profile}: schedule ${due.schedule} was missed`,
    text: missed.data.reason,
    timeMs: nowMs,
  });
  return "missed";
}

/**
 * Every firing of a profile's schedules in `[fromMs, toMs)`, in order of time, then of name; none
 * of a shadow, which hears those of the profile that it shadows.
 */
export function duesBetween(
  profile: CompiledProfile,
  fromMs: number,
  toMs: number,
): readonly FiringOf[] {
  if (profile.shadowOf !== null) return [];
  const dues = Object.entries(profile.schedules).flatMap(([schedule, rule]: [string, Schedule]) =>
    firingsBetween(rule, profile.calendar, fromMs, toMs).map(({ timeMs, sessionDate }) => {
      return { profile: profile.name, schedule, dueTimeMs: timeMs, sessionDate };
    }),
  );
  return dues.sort((a, b) => a.dueTimeMs - b.dueTimeMs || (a.schedule < b.schedule ? -1 : 1));
}

/**
 * Plans what is due in `[fromMs, toMs)` as one-time jobs, each once the bars of its moment are in.
 * The calendar knows holidays and half days, so "15 minutes before the close" is 12:45 on the day
 * after Thanksgiving. Planning twice changes nothing. Answers how many jobs are new.
 */
export async function plan(
  ports: LivePorts,
  profiles: readonly CompiledProfile[],
  fromMs: number,
  toMs: number,
): Promise<number> {
  let created = 0;
  // In a replay the bars of an instant come before its schedules: so they must here.
  const delayMs = (baseOf(profiles) === "1d" ? DAILY_BAR_DELAY_MS : 0) + MINUTE_MS;
  for (const profile of profiles) {
    for (const due of duesBetween(profile, fromMs, toMs)) {
      const { schedule, dueTimeMs, sessionDate } = due;
      const outcome = await ports.scheduler.once({
        name: jobNameOf(due),
        atMs: dueTimeMs + delayMs,
        job: "fire",
        input: { profile: profile.name, schedule, dueTimeMs, sessionDate },
      });
      if (outcome === "created") created += 1;
    }
  }
  return created;
}

/**
 * Plans the fetch of daily bars after each close in `[fromMs, toMs)`, for profiles that look at
 * nothing finer. Answers how many jobs are new.
 */
export async function planDailyBars(
  ports: LivePorts,
  profiles: readonly CompiledProfile[],
  fromMs: number,
  toMs: number,
): Promise<number> {
  if (profiles.length === 0 || baseOf(profiles) !== "1d") return 0;
  let created = 0;
  for (const calendar of new Set(profiles.map((profile) => profile.calendar))) {
    for (const { timeMs } of firingsBetween({ at: "close" }, calendar, fromMs, toMs)) {
      const outcome = await ports.scheduler.once({
        name: `bars.${calendar.id}.${timeMs.toString(36)}`,
        atMs: timeMs + DAILY_BAR_DELAY_MS,
        job: "bars",
        input: { afterMs: timeMs - 1, untilMs: timeMs },
      });
      if (outcome === "created") created += 1;
    }
  }
  return created;
}

/**
 * Plans the report of each session that closes in `[fromMs, toMs)`, and that the recorded date
 * before is held against its replay. Answers how many jobs are new.
 */
export async function planReports(
  ports: Pick<LivePorts, "scheduler">,
  profiles: readonly CompiledProfile[],
  fromMs: number,
  toMs: number,
): Promise<number> {
  const date = addDays(utcDate(fromMs), -1);
  const jobs = [
    ...reportsBetween(profiles, fromMs, toMs).map(({ calendar, closeMs, sessionDate }) => ({
      name: `report.${calendar.id}.${closeMs.toString(36)}`,
      atMs: closeMs + REPORT_AFTER_MS,
      job: "report",
      input: { calendar: calendar.id, closeMs, sessionDate },
    })),
    { name: `parity.${date}`, atMs: fromMs + PARITY_AFTER_MS, job: "parity", input: { date } },
  ];
  let created = 0;
  for (const job of jobs) if ((await ports.scheduler.once(job)) === "created") created += 1;
  return created;
}

/** A moment after the snapshots of the new day, ms: the plan itself comes first. */
const PARITY_AFTER_MS = 15 * MINUTE_MS;

/** The sessions that close in `[fromMs, toMs)`, of every calendar that profiles trade by. */
export function reportsBetween(
  profiles: readonly CompiledProfile[],
  fromMs: number,
  toMs: number,
): readonly ReportOf[] {
  return [...new Set(profiles.map(({ calendar }) => calendar))].flatMap((calendar) =>
    firingsBetween({ at: "close" }, calendar, fromMs, toMs).map(({ timeMs, sessionDate }) => {
      return { calendar, sessionDate, closeMs: timeMs };
    }),
  );
}

/** Profile, schedule and due time, within the 64 characters that a scheduler allows a name. */
function jobNameOf({ profile, schedule, dueTimeMs }: FiringOf): string {
  const time = dueTimeMs.toString(36);
  return `${within(profile, 30)}.${within(schedule, 22)}.${time}`;
}

/** A name cut to a length; what tells two long ones apart may be at their ends. */
function within(name: string, most: number): string {
  if (name.length <= most) return name;
  const mark = (mix(0, name) >>> 0).toString(36);
  return `${name.slice(0, most - mark.length - 1)}-${mark}`;
}

/** The schedules of a profile in words, for people. */
export function schedulesText(profile: CompiledProfile): readonly string[] {
  return Object.entries(profile.schedules).map(
    ([name, rule]) => `${name}: ${describeSchedule(rule)}`,
  );
}

function missedEvent(
  { profile, schedule, dueTimeMs }: FiringOf,
  nowMs: number,
  deadlineMs: number,
): EventOf<"job.missed.v1"> {
  const id = `${profile}.${schedule}.${dueTimeMs.toString(36)}.missed`;
  const late = Math.round((nowMs - dueTimeMs) / 1000);
  const reason =
    `due at ${iso(dueTimeMs)}, came ${late} s late, ` +
    `allowed are ${Math.round(deadlineMs / 1000)} s: not run`;
  return {
    type: "job.missed.v1",
    id,
    eventTimeMs: nowMs,
    receivedTimeMs: nowMs,
    causationId: id,
    data: { job: schedule, profile, dueTimeMs, reason },
  };
}
