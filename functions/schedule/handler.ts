import * as z from "zod";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { InputError } from "../../core/domain/errors.ts";
import { HOUR_MS, MINUTE_MS, utcDate } from "../../core/domain/time.ts";
import type { Timeframe } from "../../core/domain/timeframe.ts";
import { catalogue } from "../../core/events/catalogue.ts";
import { KnownSessions } from "../../core/runtime/announced.ts";
import { Audience } from "../../core/runtime/audience.ts";
import { type ComparedOutcome, compareDay } from "../../core/runtime/dayCompared.ts";
import { reportDay } from "../../core/runtime/dayReport.ts";
import { watchComparison } from "../../core/runtime/deadMan.ts";
import { carryOutHalts } from "../../core/runtime/haltHandler.ts";
import {
  fireSchedule,
  type JobOutcome,
  plan,
  planDailyBars,
  planReports,
} from "../../core/runtime/jobHandler.ts";
import { applyActions } from "../../core/runtime/liveActions.ts";
import { lookAtAssets } from "../../core/runtime/liveAssets.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { watchSignals } from "../../core/runtime/missedSignals.ts";
import { orphansOf } from "../../core/runtime/orphans.ts";
import { baseOf, pollBars } from "../../core/runtime/pollBars.ts";
import { pollUpdates } from "../../core/runtime/pollUpdates.ts";
import { RECONCILE_DEFAULTS, reconcile } from "../../core/runtime/reconcileHandler.ts";
import { compareShadows } from "../../core/runtime/shadowCompared.ts";
import { tellStuck } from "../../core/runtime/stuck.ts";
import { takeSnapshots } from "../../core/runtime/takeSnapshots.ts";
import { byVenueHours, compareClocks } from "../../core/runtime/venueHours.ts";
import { letWake, planWake } from "../../core/runtime/wakes.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { checked } from "../lambda/payloads.ts";

const job = z.discriminatedUnion("job", [
  z.object({ job: z.literal("plan") }),
  z.object({
    job: z.literal("fire"),
    input: z.object({
      profile: z.string(),
      schedule: z.string(),
      dueTimeMs: z.number(),
      sessionDate: z.iso.date(),
    }),
  }),
  z.object({
    job: z.literal("bars"),
    /** Without it, what closed lately: a recurring schedule cannot know the time. */
    input: z.object({ afterMs: z.number(), untilMs: z.number() }).optional(),
  }),
  /** What the bus tells of a worked order that wants to be woken, and then the waking itself. */
  z.object({ job: z.enum(["plan-wake", "wake"]), input: catalogue["execution.scheduled.v1"] }),
  z.object({ job: z.literal("updates"), input: z.object({ account: z.string() }) }),
  z.object({ job: z.literal("reconcile"), input: z.object({ account: z.string() }) }),
  z.object({ job: z.literal("guard"), input: z.object({ account: z.string() }) }),
  z.object({
    job: z.literal("report"),
    input: z.object({
      calendar: z.enum(["us-equity", "always-open"]),
      closeMs: z.number(),
      sessionDate: z.iso.date(),
    }),
  }),
  z.object({ job: z.literal("parity"), input: z.object({ date: z.iso.date() }) }),
]);

/** What a job came to, for the log. */
export interface JobReport {
  readonly job: string;
  readonly outcome: JobOutcome | ComparedOutcome | "done" | "reported";
  /** Jobs planned, events told or booked. */
  readonly count: number;
}

/** How jobs are run. */
export interface ScheduleOptions {
  readonly profiles: readonly CompiledProfile[];
  /** A firing that comes later than this is missed, ms. */
  readonly deadlineMs: number;
  /** Bars that are asked for; by default what the profiles need. */
  readonly base?: Timeframe;
  /** What is known of the venue's sessions, where that is kept from call to call. */
  readonly sessions?: KnownSessions;
}

/** How far ahead is planned: a day, and some hours for a planner that is late. */
const PLAN_AHEAD_MS = 36 * HOUR_MS;

/** Minutes of bars that a recurring call looks back: a missed call or two are made up for. */
const LOOK_BACK_MINUTES = 5;

/** How far back fills are asked for, ms. */
const LOOK_BACK_MS = 24 * HOUR_MS;

/** Runs a job by its name. @throws InputError for a job or input that is not known. */
export function scheduleEntry(ports: LivePorts, options: ScheduleOptions) {
  const { profiles, deadlineMs, base = baseOf(profiles) } = options;
  const { sessions = new KnownSessions(ports, profiles) } = options;
  return async (payload: unknown): Promise<JobReport> => {
    const asked = checked(job, payload, "job");
    const nowMs = ports.clock.nowMs();
    switch (asked.job) {
      case "plan": {
        await takeSnapshots(ports.store, profiles, nowMs, utcDate(nowMs));
        const count = await planAll(ports, await byVenueHours(ports, profiles), nowMs);
        await lookAtAssets(ports, profiles);
        await compareClocks(ports);
        // Last, as it may have to be called again for a venue that is slow with a cancel.
        await applyActions(ports, profiles);
        return { job: asked.job, outcome: "done", count };
      }
      case "fire": {
        known(profiles, asked.input.profile);
        const outcome = await fireSchedule(ports, asked.input, deadlineMs);
        return { job: asked.job, outcome, count: outcome === "fired" ? 1 : 0 };
      }
      case "plan-wake":
      case "wake": {
        const act = asked.job === "wake" ? letWake : planWake;
        const count = (await act(ports, asked.input)) ? 1 : 0;
        return { job: asked.job, outcome: "done", count };
      }
      case "bars": {
        const query = asked.input ?? latelyClosed(nowMs);
        const count = await pollBars(ports, await sessions.profiles(), { base, ...query });
        return { job: asked.job, outcome: "done", count };
      }
      case "updates": {
        const count = await pollUpdates(ports, asked.input.account, nowMs - LOOK_BACK_MS);
        return { job: asked.job, outcome: "done", count };
      }
      case "guard": {
        const { account } = asked.input;
        const own = (await sessions.profiles()).filter((one) => one.account.name === account);
        const count = await carryOutHalts(ports, own);
        await watchComparison(ports, account, new Audience(own).comparedWithinMs(account));
        await tellStuck(ports, account);
        await watchSignals(ports, own);
        return { job: asked.job, outcome: "done", count };
      }
      case "reconcile": {
        const { account } = asked.input;
        const options = { ...RECONCILE_DEFAULTS, strangers: orphansOf(profiles, account) };
        const { booked } = await reconcile(ports, account, nowMs - LOOK_BACK_MS, options);
        return { job: asked.job, outcome: "done", count: booked };
      }
      case "report": {
        const { calendar: id, ...session } = asked.input;
        const of = { ...session, calendar: calendarOf(id) };
        const outcome = await reportDay(ports, profiles, of);
        return { job: asked.job, outcome, count: outcome === "reported" ? 1 : 0 };
      }
      case "parity": {
        await compareShadows(ports, profiles, asked.input.date);
        const outcome = await compareDay(ports, profiles, asked.input.date);
        return { job: asked.job, outcome, count: outcome === "compared" ? 1 : 0 };
      }
    }
  };
}

async function planAll(ports: LivePorts, profiles: readonly CompiledProfile[], nowMs: number) {
  const toMs = nowMs + PLAN_AHEAD_MS;
  const fired = await plan(ports, profiles, nowMs, toMs);
  const bars = await planDailyBars(ports, profiles, nowMs, toMs);
  return fired + bars + (await planReports(ports, profiles, nowMs, toMs));
}

/** The last whole minute and those before it that an earlier call may have missed. */
function latelyClosed(nowMs: number) {
  const untilMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  return { afterMs: untilMs - LOOK_BACK_MINUTES * MINUTE_MS, untilMs };
}

function known(profiles: readonly CompiledProfile[], name: string): void {
  if (profiles.some((profile) => profile.name === name)) return;
  const names = profiles.map((profile) => profile.name).join(", ") || "none";
  throw new InputError(`input.profile: expected one that is deployed (${names}), got ${name}`);
}
