import { DAY_MS } from "../domain/time.ts";
import type { EquityPoint } from "./returns.ts";

/** How far below its highest value so far the account was, as a fraction: 0 or less. */
export interface DrawdownPoint {
  readonly timeMs: number;
  readonly drawdown: number;
}

/** The deepest fall from a peak. */
export interface Drawdown {
  /** Fraction of the peak lost: 0 or less; −0.25 means a quarter lost. */
  readonly depth: number;
  /** Last time at the peak; null where there was no fall. */
  readonly startMs: number | null;
  readonly troughMs: number | null;
  /** First time at or above the peak again; null while that has not happened. */
  readonly recoveryMs: number | null;
}

/** Time spent below a peak. */
export interface UnderWater {
  /** Calendar days of the longest stay, from the peak to the recovery or the end; 0 without any. */
  readonly longestDays: number;
  /**
   * Share of points below the peak, 0 to 1, the starting point not counted; null without others.
   */
  readonly share: number | null;
}

/**
 * The drawdown at every point, against the highest value until then. 0 while no value was above 0.
 */
export function drawdownSeries(equity: readonly EquityPoint[]): readonly DrawdownPoint[] {
  let peak = 0;
  return equity.map(({ timeMs, equity: value }) => {
    peak = Math.max(peak, value);
    const drawdown = peak > 0 ? Math.min(0, value / peak - 1) : 0;
    // A peak of next to nothing before a huge debt must not overflow.
    return { timeMs, drawdown: Math.max(drawdown, -Number.MAX_VALUE) };
  });
}

/** The deepest drawdown, the first where several are equal. */
export function maximumDrawdown(series: readonly DrawdownPoint[]): Drawdown {
  let trough = -1;
  let depth = 0;
  series.forEach(({ drawdown }, i) => {
    if (drawdown >= depth) return;
    depth = drawdown;
    trough = i;
  });
  if (trough < 0) return { depth: 0, startMs: null, troughMs: null, recoveryMs: null };
  const start = series.findLast(({ drawdown }, i) => i < trough && drawdown === 0);
  const recovery = series.find(({ drawdown }, i) => i > trough && drawdown === 0);
  return {
    depth,
    startMs: start?.timeMs ?? null,
    troughMs: series[trough]?.timeMs ?? null,
    recoveryMs: recovery?.timeMs ?? null,
  };
}

/** How long and how often the account was below its peak. */
export function underWater(series: readonly DrawdownPoint[]): UnderWater {
  let peakMs = series[0]?.timeMs ?? 0;
  let longestMs = 0;
  let below = 0;
  let wasBelow = false;
  for (const { timeMs, drawdown } of series) {
    const isBelow = drawdown < 0;
    if (isBelow) below += 1;
    if (isBelow || wasBelow) longestMs = Math.max(longestMs, timeMs - peakMs);
    if (!isBelow) peakMs = timeMs;
    wasBelow = isBelow;
  }
  return {
    longestDays: longestMs / DAY_MS,
    share: series.length > 1 ? below / (series.length - 1) : null,
  };
}
