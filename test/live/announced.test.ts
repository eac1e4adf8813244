import { describe, expect, test } from "vitest";
import * as z from "zod";
import { withDays } from "../../core/domain/calendar/announced.ts";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { newYorkIso, newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile, defineStrategy, enterLong, equity } from "../../core/index.ts";
import type { VenueSession } from "../../core/ports/marketData.ts";
import { KnownSessions } from "../../core/runtime/announced.ts";
import { Gatherer } from "../../core/runtime/gatherer.ts";
import { rerun } from "../../core/runtime/rerun.ts";
import { takeSnapshots } from "../../core/runtime/takeSnapshots.ts";
import { byVenueHours } from "../../core/runtime/venueHours.ts";
import { barsOf } from "../runtime/worlds.ts";
import { deskOf } from "./desk.ts";

const DATE = "2024-07-01";
const MINUTE = 60_000;
const time = (clock: string) => newYorkTimeMs(DATE, clock);

/** Enters AAA a quarter of an hour before the close of a session, and BBB after it. */
const strategy = defineStrategy({
  name: "late",
  description: "Looks at when the session closes",
  bars: "5m",
  params: z.object({}),
  state: z.object({}),
  onBar({ bar, session, symbol }) {
    const leftMs = (session?.closeTimeMs ?? Number.NEGATIVE_INFINITY) - bar.closeTimeMs;
    if (symbol === "AAA" ? leftMs !== 15 * MINUTE : session !== null) return;
    return { intents: [enterLong({ quantity: 1, reason: `${leftMs / MINUTE} minutes left` })] };
  },
});
const late = defineProfile(strategy, {
  name: "late",
  universe: ["AAA", "BBB"],
  limits: { regularHoursOnly: true },
});

const session = (date: string, close = "16:00"): VenueSession => ({
  date,
  openMs: newYorkTimeMs(date, "09:30"),
  closeMs: newYorkTimeMs(date, close),
});
const weekOf = (close: string) => [session(DATE, close), session("2024-07-02")];

/** A Monday of bars until 12:15, of which the venue says that it closes at a time. */
async function played(closes: readonly string[]) {
  const desk = await deskOf(late, "5m");
  desk.time.nowMs = time("02:00");
  await takeSnapshots(desk.store, desk.profiles, time("02:00"), "start");
  for (const close of closes) {
    desk.time.nowMs += MINUTE;
    const marketData = { ...desk.ports.marketData, calendar: async () => weekOf(close) };
    await desk.engine.between(async () => {
      await byVenueHours({ ...desk.ports, marketData }, desk.profiles);
    });
  }
  const rows = Array.from({ length: 33 }, () => [100, 101, 99, 100] as const);
  const columns = barsOf(rows, time("09:30"), 5 * MINUTE);
  const all = ["AAA", "BBB"].map((symbol) => equity(symbol));
  await desk.play(all.map((instrument) => ({ instrument, timeframe: "5m", columns })));
  const journal = desk.store.entries.map(({ event }) => event);
  const asked = journal.flatMap((event) =>
    event.type === "order.requested.v1" ? [event.data.request] : [],
  );
  const told = journal.filter(({ type }) => type === "sessions.announced.v1");
  const at = asked.map(({ decidedTimeMs, reason }) => {
    return `${newYorkIso(decidedTimeMs).slice(11, 16)} ${reason}`;
  });
  return { desk, journal, told, at };
}

describe("a session that the venue announces to be shorter", () => {
  test("is what the strategy and its limits decide by", async () => {
    const { at, journal } = await played(["12:00"]);
    expect(at[0]).toBe("11:45 15 minutes left");
    const denied = journal.filter((event) => event.type === "order.denied.v1");
    const closed = ["regular-hours", "regular-hours", "regular-hours"];
    expect(denied.map(({ data }) => data.limit)).toEqual(closed);
    // By our own calendar there are hours to go.
    expect((await played([])).at).toEqual([]);
  });

  test("is in the journal, so that the day is decided again alike", async () => {
    const { desk, journal } = await played(["12:00"]);
    const again = rerun(desk.profiles, journal);
    expect(again.decisions).toBeGreaterThan(0);
    expect(again.differences).toEqual([]);
    const without = journal.filter(({ type }) => type !== "sessions.announced.v1");
    expect(rerun(desk.profiles, without).differences).not.toEqual([]);
  });

  test("is told once, again when it changes, and forgotten when it is ours again", async () => {
    expect((await played(["12:00", "12:00"])).told).toHaveLength(1);
    const changed = await played(["12:00", "16:00"]);
    expect(changed.told).toHaveLength(2);
    expect(changed.at).toEqual([]);
    const days = changed.told.map((event) => "days" in event.data && event.data.days[0]?.date);
    // The 3rd is a half day of ours that the venue, as it is here, knows nothing of.
    expect(days).toEqual([DATE, "2024-07-03"]);
  });

  test("is what coarser bars close by, and what others ask for", async () => {
    const { desk } = await played(["12:00"]);
    const known = await new KnownSessions(desk.ports, desk.profiles).profiles();
    expect(known[0]?.calendar.sessionOn(DATE)?.closeTimeMs).toBe(time("12:00"));
    const hourly = desk.profiles.map((one) => ({ ...one, framed: new Map([["1h", []]] as const) }));
    const closes = (isKnown: boolean) => {
      const gatherer = new Gatherer(hourly, { base: "5m", graceMs: 0 });
      if (isKnown) gatherer.goBy(known);
      const bar = {
        ...{ open: 1, high: 1, low: 1, close: 1, volume: 1 },
        openTimeMs: time("11:55"),
      };
      gatherer.take("AAA", { ...bar, closeTimeMs: time("12:00") });
      return gatherer.closed(time("12:00")).map(({ data }) => data.timeframe);
    };
    expect([closes(true), closes(false)]).toEqual([["1h", "5m"], ["5m"]]);
  });
});

describe("other hours on some dates", () => {
  test("carry a calendar on behind its end, and close a day that it has open", () => {
    const own = calendarOf("us-equity");
    const hours = session("2028-01-03");
    const calendar = withDays(own, [
      { date: "2024-07-02", openTimeMs: null, closeTimeMs: null },
      { date: "2028-01-03", openTimeMs: hours.openMs, closeTimeMs: hours.closeMs },
    ]);
    expect(calendar.sessionOn("2024-07-02")).toBeNull();
    expect(calendar.nextSession(newYorkTimeMs("2024-07-01", "17:00")).date).toBe("2024-07-03");
    expect(calendar.sessionAt(hours.openMs)?.date).toBe("2028-01-03");
    expect(withDays(own, [])).toBe(own);
  });
});
