import { InputError } from "../../domain/errors.ts";
import type { Bar } from "../../domain/market.ts";
import { MINUTE_MS } from "../../domain/time.ts";

/** The intraday bars of one session. */
export interface SessionBars {
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
  /** Bars outside of the session are left out. */
  readonly bars: readonly Bar[];
}

/**
 * The volume to expect by bucket since a session's open, in shares or coins: the profile of a VWAP
 * order. By default a bucket is a minute of the session. The shape is averaged over the sessions,
 * each counting the same however much it traded, and the sum is their mean volume. A bar belongs to
 * the bucket in which it opens. Sessions without volume are left out; early closes are better left
 * out by the caller, as they have nothing to say of the hours that they lack.
 * @throws InputError when no session has volume, or a bucket is not above 0 ms.
 */
export function volumeProfile(sessions: readonly SessionBars[], bucketMs = MINUTE_MS): number[] {
  if (!(bucketMs > 0)) throw new InputError(`bucketMs: expected above 0, got ${bucketMs}`);
  const longest = sessions.reduce((most, one) => Math.max(most, lengthOf(one)), 0);
  const profile = new Array<number>(Math.ceil(longest / bucketMs)).fill(0);
  const traded = sessions.map(insideOf).filter(({ total }) => total > 0);
  if (traded.length === 0) throw new InputError("sessions: expected bars with volume, got none");
  const mean = traded.reduce((sum, { total }) => sum + total, 0) / traded.length;
  for (const { openTimeMs, bars, total } of traded) {
    const scale = mean / total / traded.length;
    for (const bar of bars) {
      const bucket = Math.floor((bar.openTimeMs - openTimeMs) / bucketMs);
      profile[bucket] = (profile[bucket] ?? 0) + bar.volume * scale;
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
