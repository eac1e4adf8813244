import { InputError } from "../../domain/errors.ts";
import type { Bar } from "../../domain/market.ts";

/** The intraday bars of one session. */
export interface SessionBars {
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
  /** Bars outside of the session are left out. */
  readonly bars: readonly Bar[];
}

/**
 * Shares of a session's volume by bucket since its open, averaged over sessions, summing to 1: the
 * profile of a VWAP order. Each session counts the same, however much it traded; a bar belongs to
 * the bucket in which it opens. Sessions without volume are left out.
 * @throws InputError when no session has volume, or a bucket is not above 0 ms.
 */
export function volumeProfile(sessions: readonly SessionBars[], bucketMs: number): number[] {
  if (!(bucketMs > 0)) throw new InputError(`bucketMs: expected above 0, got ${bucketMs}`);
  const longest = sessions.reduce((most, one) => Math.max(most, lengthOf(one)), 0);
  const profile = new Array<number>(Math.ceil(longest / bucketMs)).fill(0);
  const traded = sessions.map(insideOf).filter(({ total }) => total > 0);
  if (traded.length === 0) throw new InputError("sessions: expected bars with volume, got none");
  for (const { openTimeMs, bars, total } of traded) {
    for (const bar of bars) {
      const bucket = Math.floor((bar.openTimeMs - openTimeMs) / bucketMs);
      profile[bucket] = (profile[bucket] ?? 0) + bar.volume / total / traded.length;
    }
  }
  return profile;
}

function insideOf({ openTimeMs, closeTimeMs, bars }: SessionBars) {
  const inside = bars.filter((bar) => bar.openTimeMs >= openTimeMs && bar.openTimeMs < closeTimeMs);
  return { openTimeMs, bars: inside, total: inside.reduce((sum, { volume }) => sum + volume, 0) };
}

function lengthOf({ openTimeMs, closeTimeMs }: SessionBars): number {
  return closeTimeMs - openTimeMs;
}
