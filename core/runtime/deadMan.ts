import { iso } from "../domain/time.ts";
import type { LivePorts } from "./livePorts.ts";
import { RECONCILE_DEFAULTS, type ReconcileOptions, reconcile } from "./reconcileHandler.ts";
import { comparedMs } from "./sight.ts";

/** How far back fills are asked for, ms: a day covers any outage that counts. */
const LOOK_BACK_MS = 86_400_000;

/** Whether the last comparison of an account is too old; not before there was a first. */
export async function isOverdue(
  ports: LivePorts,
  account: string,
  withinMs: number,
): Promise<boolean> {
  const lastMs = await comparedMs(ports, account);
  return lastMs !== null && ports.clock.nowMs() - lastMs > withinMs;
}

/**
 * The dead man's switch of an account, to be called every minute. Where nobody has compared its
 * books with the venue's in time, that is done here; where it fails for as long again, the account
 * is halted and a person is told: what the books say is not known to be true any more.
 */
export async function watchComparison(
  ports: LivePorts,
  account: string,
  withinMs: number,
  options: ReconcileOptions = RECONCILE_DEFAULTS,
): Promise<"in time" | "made up for" | "failing" | "halted"> {
  const lastMs = await comparedMs(ports, account);
  const nowMs = ports.clock.nowMs();
  if (lastMs === null || nowMs - lastMs <= withinMs) return "in time";
  try {
    await reconcile(ports, account, nowMs - LOOK_BACK_MS, options);
    return "made up for";
  } catch (error) {
    if (!(await hasFailedFor(ports, account, lastMs, withinMs))) return "failing";
    const why = error instanceof Error ? error.message : String(error);
    const reason = `not compared with the venue since ${iso(lastMs)}: ${why}`;
    const by = "the dead man's switch";
    await ports.switches.halt({ kind: "account", name: account, reason, by, sinceMs: nowMs });
    await ports.notifier.notify({
      key: `dead-man.${account}.${lastMs}`,
      severity: "page",
      title: `Account ${account} is halted by ${by}`,
      text: reason,
      timeMs: nowMs,
    });
    return "halted";
  }
}

/** Remembers when the comparisons began to fail, and tells whether that is long ago. */
async function hasFailedFor(
  { leases, clock }: LivePorts,
  account: string,
  lastMs: number,
  withinMs: number,
): Promise<boolean> {
  const name = `failing.${account}`;
  const nowMs = clock.nowMs();
  const begun = await leases.find(name);
  // One that began before the last that succeeded is of an outage that is over.
  if (begun !== undefined && begun.expiresAtMs - withinMs > lastMs) {
    return nowMs >= begun.expiresAtMs;
  }
  await leases.acquire(name, "watchdog", nowMs, withinMs);
  return false;
}
