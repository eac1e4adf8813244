import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import type { Bar } from "../../core/domain/market.ts";
import { epochMs, MINUTE_MS } from "../../core/domain/time.ts";
import { type SessionBars, volumeProfile } from "../../core/execution/algos/volume-profile.ts";

const data = "../shared/data/minute";
const withData = existsSync(`${data}/SPY_2013-10-07_trades.csv`);
if (!withData) console.log(`left out: volume profile of SPY, as ${data} is not on this machine`);

function minute(openTimeMs: number, volume: number): Bar {
  const closeTimeMs = openTimeMs + MINUTE_MS;
  return { openTimeMs, closeTimeMs, open: 1, high: 1, low: 1, close: 1, volume };
}

/** Four minutes from 0 on with these volumes, and one before and after that do not belong. */
function session(volumes: readonly number[]): SessionBars {
  const inside = volumes.map((volume, i) => minute(i * MINUTE_MS, volume));
  const outside = [minute(-MINUTE_MS, 1e6), minute(4 * MINUTE_MS, 1e6)];
  return { openTimeMs: 0, closeTimeMs: 4 * MINUTE_MS, bars: [...inside, ...outside] };
}

describe("volume profile", () => {
  test("is the share of volume by bucket, without what trades outside of the session", () => {
    expect(volumeProfile([session([1, 2, 2, 3])], 2 * MINUTE_MS)).toEqual([0.375, 0.625]);
  });
  test("counts each session the same, and leaves out those without volume", () => {
    const days = [session([10, 0, 0, 0]), session([0, 0, 0, 1_000]), session([0, 0, 0, 0])];
    expect(volumeProfile(days, MINUTE_MS)).toEqual([0.5, 0, 0, 0.5]);
  });
  test("needs volume and a bucket length", () => {
    expect(() => volumeProfile([], MINUTE_MS)).toThrow("expected bars with volume");
    expect(() => volumeProfile([session([1])], 0)).toThrow("bucketMs: expected above 0");
  });

  test.skipIf(!withData)("SPY trades most in the first and last half hour", () => {
    const calendar = calendarOf("us-equity");
    const days = ["2013-10-04", "2013-10-07"].map((date): SessionBars => {
      const file = readFileSync(`${data}/SPY_${date}_trades.csv`);
      const bars = parse<Record<string, string>>(file, { columns: true }).map((row) =>
        minute(epochMs(row.timestamp ?? ""), Number(row.volume)),
      );
      const hours = calendar.sessionOn(date);
      if (hours === undefined || hours === null) throw new Error(`${date} is no session`);
      return { openTimeMs: hours.openTimeMs, closeTimeMs: hours.closeTimeMs, bars };
    });
    const profile = volumeProfile(days, 30 * MINUTE_MS);
    expect(profile).toHaveLength(13);
    expect(profile.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const busiest = profile.toSorted((a, b) => b - a).slice(0, 2);
    expect(new Set(busiest)).toEqual(new Set([profile[0], profile[12]]));
  });
});
