import { MINUTE_MS } from "../../core/domain/time.ts";
import { KnownSessions } from "../../core/runtime/announced.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { openBooks, openOrTell } from "../../core/runtime/open.ts";
import { baseOf } from "../../core/runtime/pollBars.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { deployed } from "../lambda/environment.ts";
import { count, observed } from "../lambda/observe.ts";
import { METRICS } from "../metrics/names.ts";
import { historyOf } from "../serve/history.ts";
import { type JobReport, scheduleEntry } from "./handler.ts";
import { staleS } from "./stale.ts";

/** Daily bars are waited for, and AWS may be late by a minute or two itself. */
const DEADLINE_MS = 15 * MINUTE_MS;

/** What was opened stays so for as long as the code is the same: a deploy starts anew. */
let isOpen = false;

/** The venue's sessions, as they are known to the profiles. */
let sessions: KnownSessions | undefined;

async function open(ports: LivePorts, profiles: readonly CompiledProfile[], nowMs: number) {
  await openBooks(ports.store, profiles);
  const base = baseOf(profiles);
  for (const profile of profiles) {
    const history = () => historyOf(ports.marketData, profile, base, nowMs);
    await openOrTell(ports, profile, history, nowMs);
  }
}

/** Lambda's entry: a job by its name. Profiles that are new get their books and history first. */
export const handler = observed(async (payload): Promise<JobReport> => {
  const { ports, needs } = await deployed();
  const { profiles } = needs;
  const nowMs = ports.clock.nowMs();
  if (!isOpen) await open(ports, profiles, nowMs);
  isOpen = true;
  sessions ??= new KnownSessions(ports, profiles);
  const entry = scheduleEntry(ports, { profiles, deadlineMs: DEADLINE_MS, sessions });
  const report = await entry(payload);
  // Mostly some bar is new, and nobody has to look closer.
  if (report.job === "bars" && report.count === 0 && needs.polled !== null) {
    count(METRICS.barsStale, await staleS(ports.marketData, await sessions.profiles(), nowMs));
  }
  return report;
});
