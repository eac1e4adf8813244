import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { type Decimal, numberOf, ONE } from "../../core/domain/decimal.ts";
import type { Bar } from "../../core/domain/market.ts";
import { epochMs, MINUTE_MS } from "../../core/domain/time.ts";
import { nextWakeMs, start, step } from "../../core/execution/algos/algo.ts";
import type { AlgoAction } from "../../core/execution/algos/messages.ts";
import { algoSchema } from "../../core/execution/algos/params.ts";
import { progressOf } from "../../core/execution/algos/progress.ts";
import { type SessionBars, volumeProfile } from "../../core/execution/algos/volume-profile.ts";
import { clock, parent } from "./algos.fixtures.ts";

const data = "../shared/data/minute";
const withData = existsSync(`${data}/SPY_2013-10-08_trades.csv`);
if (!withData) console.log(`left out: VWAP on minutes of SPY, as ${data} is not on this machine`);

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

/** A regular session of SPY in minutes. */
function spy(date: string): SessionBars {
  const file = readFileSync(`${data}/SPY_${date}_trades.csv`);
  const bars = parse<Record<string, string>>(file, { columns: true }).map(
    (row): Bar => ({
      ...minute(epochMs(row.timestamp ?? ""), Number(row.volume)),
      close: Number(row.close),
    }),
  );
  const hours = calendarOf("us-equity").sessionOn(date);
  if (hours === null) throw new Error(`${date} is no session`);
  return { openTimeMs: hours.openTimeMs, closeTimeMs: hours.closeTimeMs, bars };
}

/** Sizes by time of the children of a whole session, where each fills at once. */
function worked(options: object, session: SessionBars, quantity: Decimal): Map<number, number> {
  const { openTimeMs, closeTimeMs } = session;
  const algo = algoSchema.parse({ ...options, durationMs: closeTimeMs - openTimeMs });
  const sent = new Map<number, number>();
  let current = start(algo, parent({ quantity }), openTimeMs);
  const take = (actions: readonly AlgoAction[]) => {
    for (const action of actions) {
      if (action.kind === "cancel") throw new Error("expected nothing to cancel");
      const { id, quantity: size } = action.child;
      sent.set(current.state.nowMs, numberOf(size));
      const executionId = id;
      current = step(current.state, { kind: "fill", childId: id, executionId, quantity: size });
    }
  };
  take(current.actions);
  for (let at = nextWakeMs(current.state); at !== null; at = nextWakeMs(current.state)) {
    current = step(current.state, clock(at));
    take(current.actions);
  }
  const { left, done } = progressOf(current.state);
  expect({ left, done }).toEqual({ left: 0n, done: true });
  return sent;
}

describe("volume profile", () => {
  test("is the volume by bucket, without what trades outside of the session", () => {
    expect(volumeProfile([session([1, 2, 2, 3])])).toEqual([1, 2, 2, 3]);
    expect(volumeProfile([session([1, 2, 2, 3])], 2 * MINUTE_MS)).toEqual([3, 5]);
  });
  test("counts the shape of each session the same, and sums to their mean", () => {
    const days = [session([10, 0, 0, 0]), session([0, 0, 0, 990]), session([0, 0, 0, 0])];
    expect(volumeProfile(days).map((volume) => Math.round(volume))).toEqual([250, 0, 0, 250]);
  });
  test("needs volume and a bucket length", () => {
    expect(() => volumeProfile([])).toThrow("expected bars with volume");
    expect(() => volumeProfile([session([1])], 0)).toThrow("bucketMs: expected above 0");
  });
});

describe.skipIf(!withData)("VWAP on minutes of SPY", () => {
  const past = withData ? [spy("2013-10-04"), spy("2013-10-07")] : [];
  const quantity = 100_000n * ONE;

  test("most trades in the first and last half hour, and all minutes of a session count", () => {
    const halves = volumeProfile(past, 30 * MINUTE_MS);
    expect(halves).toHaveLength(13);
    const busiest = halves.toSorted((a, b) => b - a).slice(0, 2);
    expect(new Set(busiest)).toEqual(new Set([halves[0], halves[12]]));
    const minutes = volumeProfile(past);
    expect(minutes).toHaveLength(390);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    expect(sum(minutes)).toBeCloseTo(sum(halves), 3);
  });

  test("an order follows its profile to the lot, minute by minute", () => {
    const today = spy("2013-10-08");
    const expected = volumeProfile([today]);
    const all = expected.reduce((a, b) => a + b, 0);
    const sent = worked({ kind: "vwap", profile: expected, slices: 390 }, today, quantity);
    let [ours, theirs, widest] = [0, 0, 0];
    for (const [i, volume] of expected.entries()) {
      ours += sent.get(today.openTimeMs + i * MINUTE_MS) ?? 0;
      theirs += (volume / all) * numberOf(quantity);
      widest = Math.max(widest, Math.abs(ours - theirs));
    }
    expect(sent.size).toBeGreaterThan(380);
    expect(widest).toBeLessThan(1.001);
  });

  test("a bound on participation that is wide enough leaves the slices as they are", () => {
    const [, yesterday] = past;
    if (yesterday === undefined) throw new Error("expected two sessions");
    const options = { kind: "vwap", profile: volumeProfile(past), slices: 13 };
    const free = worked(options, yesterday, quantity);
    expect(worked({ ...options, participation: 0.01 }, yesterday, quantity)).toEqual(free);
    expect(() => worked({ ...options, participation: 0.0001 }, yesterday, quantity)).toThrow();
  });
});
