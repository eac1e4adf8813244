import { decimal } from "../../core/domain/decimal.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { applyActions } from "../../core/runtime/liveActions.ts";
import type { System } from "./ports.ts";
import type { Queues } from "./queues.ts";
import { MINUTE_MS, NEXT_OPEN_MS, type Night, OPEN_MS, type Setting } from "./setting.ts";

/** When the night's job begins: late enough for a run to be short, before anything trades. */
const NIGHT_JOB_MS = NEXT_OPEN_MS - 6 * MINUTE_MS;

/** When a minute opens: those after a night do so in the next session. */
export function openOf({ night }: Setting, minute: number): number {
  if (night === undefined || minute <= night.afterMinute) return OPEN_MS + minute * MINUTE_MS;
  return NEXT_OPEN_MS + (minute - night.afterMinute - 1) * MINUTE_MS;
}

/** Everything sleeps until the night's job, which takes in a split before the next session. */
export async function sleepThrough(system: System, queues: Queues, night: Night): Promise<void> {
  const { time, market, profiles } = system;
  const { afterMinute, symbol, ratio } = night;
  await time.turn(OPEN_MS + (afterMinute + 2) * MINUTE_MS - time.nowMs);
  queues.pauseUntil(NIGHT_JOB_MS);
  await time.turn(NIGHT_JOB_MS - time.nowMs);
  const timeMs = newYorkTimeMs("2024-07-02", "04:00");
  const split = { symbol, kind: "split", value: decimal(ratio), newSymbol: null, timeMs } as const;
  system.hear(market.split(split));
  const actions = async () => [split];
  queues.send(null, "night", (ports) =>
    applyActions({ ...ports, marketData: { ...ports.marketData, actions } }, profiles),
  );
}
