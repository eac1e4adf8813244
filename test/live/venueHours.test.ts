import { describe, expect, test } from "vitest";
import { TransientError } from "../../core/domain/errors.ts";
import { newYorkIso, newYorkTimeMs } from "../../core/domain/time.ts";
import { equity } from "../../core/index.ts";
import type { MarketData, VenueSession } from "../../core/ports/marketData.ts";
import { duesBetween } from "../../core/runtime/jobHandler.ts";
import { byVenueHours, compareClocks } from "../../core/runtime/venueHours.ts";
import { compileProfile, defineProfile } from "../../core/strategy/profile.ts";
import { scheduleEntry } from "../../functions/schedule/handler.ts";
import { momentumRotation } from "../../strategies/momentum-rotation.ts";
import { deskOf } from "./desk.ts";

const rotation = (symbols: Parameters<typeof defineProfile>[1]["universe"]) =>
  defineProfile(momentumRotation, { name: "rotation", universe: symbols });
const own = [compileProfile(rotation(["SPY", "IWM"]))];

const session = (date: string, close = "16:00"): VenueSession => ({
  date,
  openMs: newYorkTimeMs(date, "09:30"),
  closeMs: newYorkTimeMs(date, close),
});

const weekOf = (days: readonly number[], month: string) =>
  days.map((day) => session(`${month}-${String(day).padStart(2, "0")}`));

async function asked(now: string, data: Partial<MarketData>) {
  const desk = await deskOf(rotation(["SPY", "IWM"]), "1d");
  desk.time.nowMs = newYorkTimeMs(now, "02:00");
  const ports = { ...desk.ports, marketData: { ...desk.ports.marketData, ...data } };
  const told = () =>
    desk.notices.map(({ severity, title, text }) => `${severity}: ${title}: ${text}`);
  return { ...desk, ports, told };
}

describe("the sessions that the venue announces", () => {
  test("are what is planned by, and a day that no table knew is told of once", async () => {
    const calendar = async () => [session("2024-07-01", "12:00"), ...weekOf([3, 5], "2024-07")];
    const { ports, told, time } = await asked("2024-07-01", { calendar });
    const days = { fromMs: time.nowMs, toMs: time.nowMs + 4 * 86_400_000 };
    const dues = async () =>
      (await byVenueHours(ports, own))
        .flatMap((one) =>
          duesBetween({ ...one, schedules: { close: { at: "close" } } }, days.fromMs, days.toMs),
        )
        .map(({ dueTimeMs }) => newYorkIso(dueTimeMs).slice(0, 16));
    const planned = ["2024-07-01T12:00", "2024-07-03T16:00"];
    expect(await dues()).toEqual(planned);
    expect(await dues()).toEqual(planned);
    const lines = told().filter((line) => !/2024-07-(08|09|1\d)/.test(line));
    expect(lines).toEqual([
      "page: Calendar us-equity: 2024-07-01: the venue says 09:30 to 12:00, we say 09:30 to 16:00; " +
        "schedules and decisions go by the venue",
      expect.stringContaining("2024-07-02: the venue says closed, we say 09:30 to 16:00"),
      expect.stringContaining("2024-07-03: the venue says 09:30 to 16:00, we say 09:30 to 13:00"),
    ]);
  });

  test("that cannot be read leave ours, with a notice, and the day is planned", async () => {
    const calendar = () => Promise.reject(new TransientError("the calendar: 503", 1_000));
    const { ports, told, planned } = await asked("2024-07-01", {
      calendar,
      actions: async () => [],
    });
    const plan = scheduleEntry(ports, { profiles: own, deadlineMs: 60_000 });
    expect(await plan({ job: "plan" })).toMatchObject({ outcome: "done" });
    expect(planned.size).toBeGreaterThan(0);
    expect(told()).toEqual([
      "warning: The venue's calendar could not be read: " +
        "the day is planned by what is known: the calendar: 503",
    ]);
  });

  test("carry on where our own calendar has ended", async () => {
    const calendar = async () => weekOf([3, 4, 5, 6, 7, 10], "2028-01");
    const { ports, time, told } = await asked("2028-01-03", { calendar });
    const [first] = await byVenueHours(ports, own);
    if (first === undefined) throw new Error("expected a profile");
    const daily = { ...first, schedules: { open: { at: "open" } as const } };
    expect(duesBetween(daily, time.nowMs, time.nowMs + 3 * 86_400_000)).toHaveLength(3);
    expect(first.calendar.sessionAt(newYorkTimeMs("2028-01-04", "12:00"))?.date).toBe("2028-01-04");
    expect(first.calendar.nextSession(newYorkTimeMs("2028-01-07", "12:00")).date).toBe(
      "2028-01-10",
    );
    const before = first.calendar.previousSession(newYorkTimeMs("2028-01-05", "12:00"));
    expect(before.date).toBe("2028-01-04");
    expect(told()).toEqual([expect.stringMatching(/^page: .* ends on 2027-12-31: upgrade before/)]);
  });

  test("and ours both missing: the plan says what to do, and nothing is planned by a guess", async () => {
    const calendar = () => Promise.reject(new TransientError("the calendar: 503", 1_000));
    const { ports, planned } = await asked("2028-01-03", { calendar });
    const plan = scheduleEntry(ports, { profiles: own, deadlineMs: 60_000 });
    await expect(plan({ job: "plan" })).rejects.toThrow(
      /^calendar us-equity covers .* to 2027-12-31, .*; later years come with an upgrade/,
    );
    expect(planned.size).toBe(0);
  });

  test("are not asked for where nothing has any", async () => {
    const coins = [compileProfile(rotation([{ ...equity("BTC/USD"), calendar: "always-open" }]))];
    const { ports, told } = await asked("2024-07-01", {});
    expect(await byVenueHours(ports, coins)).toBe(coins);
    expect(told()).toEqual([]);
  });
});

describe("a clock that is not the venue's", () => {
  const off = async (ms: number, takesMs = 0) => {
    const desk = await asked("2024-07-01", {});
    const timeMs = async () => {
      const theirs = desk.time.nowMs - ms;
      desk.time.nowMs += takesMs;
      return theirs;
    };
    const ports = { ...desk.ports, marketData: { ...desk.ports.marketData, timeMs } };
    return [await compareClocks(ports), desk.told()] as const;
  };

  test("is told of with what to do, be it ahead or behind", async () => {
    const todo = expect.stringMatching(/ms (ahead of|behind) the venue's: set it \(NTP\): /);
    expect(await off(2_001)).toEqual([2_001, [todo]]);
    expect(await off(-60_000)).toEqual([-60_000, [todo]]);
  });

  test("is fine within two seconds, and when the answer alone took long", async () => {
    expect(await off(2_000)).toEqual([2_000, []]);
    expect(await off(-500)).toEqual([-500, []]);
    expect(await off(0, 30_000)).toEqual([0, []]);
  });
});
