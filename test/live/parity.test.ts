import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { textOf } from "../../core/domain/decimal.ts";
import type { Bar } from "../../core/domain/market.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { defineProfile } from "../../core/index.ts";
import type { BarsQuery } from "../../core/ports/marketData.ts";
import { compareDay } from "../../core/runtime/dayCompared.ts";
import { REPORT_AFTER_MS } from "../../core/runtime/dayReport.ts";
import { parityOf } from "../../core/runtime/parity.ts";
import type { ParityKind } from "../../core/runtime/parityOrders.ts";
import { takeSnapshots } from "../../core/runtime/takeSnapshots.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { scheduleEntry } from "../../functions/schedule/handler.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { barAt, deskOf } from "./desk.ts";
import { feeds, profile } from "./minutes.ts";

const own = [compileProfile(profile())];
const calendar = calendarOf("us-equity");
const session = calendar.sessionOn("2024-07-01");
const closeMs = session?.closeTimeMs ?? 0;

/** What the venue has of the day: the bars that came, or others. */
function venueBars(change: (symbol: string, bar: Bar) => Bar = (_, bar) => bar) {
  return new Map(
    feeds().map(({ instrument: { symbol }, columns }) => [
      symbol,
      Array.from({ length: columns.length }, (_, row) => barAt(columns, row))
        .filter((bar) => bar !== null)
        .map((bar) => change(symbol, bar)),
    ]),
  );
}

/** A day that was traded live, with its snapshots at the start. */
async function traded(bars = venueBars()) {
  const asked = ({ afterMs, untilMs }: BarsQuery) =>
    new Map(
      [...bars].map(([symbol, all]) => [
        symbol,
        all.filter((bar) => bar.closeTimeMs > afterMs && bar.closeTimeMs <= untilMs),
      ]),
    );
  const desk = await deskOf(profile(), "1m", undefined, undefined, asked);
  await takeSnapshots(desk.store, own, closeMs - 23_400_000, "start");
  await desk.play(feeds());
  const day = desk.store.entries.map(({ event }) => event);
  return { desk, day };
}

const kinds = (differences: readonly { kind: ParityKind }[]) =>
  new Set(differences.map(({ kind }) => kind));

describe("a day of live trading against its replay", () => {
  test("is alike where nothing came otherwise, and every order was sent to the replay's venue", async () => {
    const { day } = await traded();
    const parity = parityOf(own, day, venueBars());
    const sent = day.filter(({ type }) => type === "order.submitted.v1").length;
    expect(sent).toBeGreaterThan(0);
    expect(parity).toEqual({ decisions: 390, orders: sent, differences: [] });
  });

  test("differs by its code where today's parameters decide otherwise", async () => {
    const { day } = await traded();
    const sizing = { kind: "fixed-quantity", quantity: "11" } as const;
    const other = defineProfile(openingRange, { ...profile().options, name: "minutes", sizing });
    expect(kinds(parityOf([compileProfile(other)], day, null).differences)).toEqual(
      new Set(["code"]),
    );
  });

  test("differs by its data where the venue's bars are others than those that came", async () => {
    const { day } = await traded();
    const cause = day.find(({ type }) => type === "order.requested.v1")?.causationId ?? "";
    // The bar that broke out of the range was corrected to one that did not.
    const atMs = Number(cause.split(".")[1]);
    const official = venueBars((_, bar) =>
      bar.closeTimeMs === atMs ? { ...bar, close: bar.open, high: bar.open, low: bar.open } : bar,
    );
    const { differences } = parityOf(own, day, official, Number.POSITIVE_INFINITY);
    expect(differences).toContainEqual(expect.objectContaining({ kind: "data", cause }));
    expect(kinds(differences).has("code")).toBe(false);
  });

  test("differs by its data where a bar never came", async () => {
    const { day } = await traded();
    const cause = day.find(({ type }) => type === "order.requested.v1")?.causationId ?? "";
    // Nothing that follows from the lost close was done either.
    const lost = new Set([cause]);
    const poorer = day.filter((event) => {
      const orderId = orderOf(event);
      const follows = lost.has(event.causationId) || (orderId !== "" && lost.has(orderId));
      if (follows) lost.add(event.id).add(orderId);
      return !follows;
    });
    const { differences } = parityOf(own, poorer, venueBars(), Number.POSITIVE_INFINITY);
    expect(differences).toContainEqual(
      expect.objectContaining({ kind: "data", cause: `${cause}.1000`, live: "nothing" }),
    );
  });

  test("differs by latency where an order was sent bars after its decision", async () => {
    const { day } = await traded();
    const first = day.find(({ type }) => type === "order.submitted.v1");
    const late = day.map((event) =>
      event === first ? { ...event, receivedTimeMs: event.receivedTimeMs + 600_000 } : event,
    );
    const { differences } = parityOf(own, late as DomainEvent[], null);
    expect(kinds(differences)).toEqual(new Set(["latency", "fill"]));
  });

  test("differs by the fill where a price or quantity is another than a replay's", async () => {
    const { day } = await traded();
    const worse = day.map((event) =>
      event.type === "order.filled.v1"
        ? { ...event, data: { ...event.data, price: (event.data.price * 101n) / 100n } }
        : event,
    );
    const { differences } = parityOf(own, worse as DomainEvent[], null);
    expect(differences.filter(({ kind }) => kind === "fill").length).toBeGreaterThan(0);
  });

  test("tells of orders that a switch or their age kept from being sent, and of missed jobs", async () => {
    const { day } = await traded();
    const approved = day.find(({ type }) => type === "order.approved.v1");
    if (approved?.type !== "order.approved.v1") throw new Error("expected an order");
    const { account, profile: name, orderId } = approved.data;
    const denied = (limit: string): DomainEvent => ({
      ...approved,
      type: "order.denied.v1",
      id: `${orderId}.denied.${limit}`,
      data: { account, profile: name, orderId, limit, reason: limit, checks: [] },
    });
    const missed: DomainEvent = {
      ...approved,
      type: "job.missed.v1",
      id: "missed",
      data: { job: "close", profile: name, dueTimeMs: 0, reason: "an hour late" },
    };
    const told = parityOf(own, [...day, denied("freshness"), denied("kill-switch"), missed], null);
    expect(told.differences.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["latency", "halt", "latency"]),
    );
  });
});

describe("the jobs of a day", () => {
  test("are planned each night: the report after the close, and the comparison", async () => {
    const { desk } = await traded();
    desk.time.nowMs = closeMs - 15 * 3_600_000;
    const run = scheduleEntry(desk.ports, { profiles: own, deadlineMs: 60_000 });
    await run({ job: "plan" });
    const jobs = [...desk.planned.values()];
    expect(jobs).toContainEqual({
      name: `report.us-equity.${closeMs.toString(36)}`,
      atMs: closeMs + REPORT_AFTER_MS,
      job: "report",
      input: { calendar: "us-equity", closeMs, sessionDate: "2024-07-01" },
    });
    expect(jobs).toContainEqual(
      expect.objectContaining({ name: "parity.2024-06-30", input: { date: "2024-06-30" } }),
    );
  });

  test("tell what the session came to, once, and the next day goes on from there", async () => {
    const { desk, day } = await traded();
    const run = scheduleEntry(desk.ports, { profiles: own, deadlineMs: 60_000 });
    desk.time.nowMs = closeMs + REPORT_AFTER_MS;
    const input = { calendar: "us-equity", closeMs, sessionDate: "2024-07-01" };
    expect(await run({ job: "report", input })).toMatchObject({ outcome: "reported" });
    expect(await run({ job: "report", input })).toMatchObject({ outcome: "repeat" });
    const told = await desk.store.event("us-equity.reported.2024-07-01");
    if (told?.type !== "day.reported.v1") throw new Error("expected a report");
    const [row] = told.data.profiles;
    const fills = day.filter(({ type }) => type === "order.filled.v1").length;
    const equity = row?.equity ?? 0n;
    expect(row).toMatchObject({ profile: "minutes", fills, stopped: "" });
    expect(textOf((row?.profit ?? 0n) - equity)).toBe("-100000");
    expect(row?.outcomes.order).toBeGreaterThan(0);
    expect(desk.notices).toMatchObject([{ severity: "info", title: "The session of 2024-07-01" }]);
    expect(desk.notices[0]?.text).toMatch(/^minutes [+-]\d+\.\d\d dollars, equity /);
    desk.time.nowMs += 86_400_000;
    const next = { ...input, closeMs: closeMs + 86_400_000, sessionDate: "2024-07-02" };
    await run({ job: "report", input: next });
    const quiet = await desk.store.event("us-equity.reported.2024-07-02");
    expect(quiet).toMatchObject({ data: { profiles: [{ profit: 0n, fills: 0, orders: 0 }] } });
  });

  test("compare the day with the venue's bars, once, and tell where they differ", async () => {
    const { desk } = await traded();
    expect(await compareDay(desk.ports, own, "2024-06-30")).toBe("nothing");
    expect(await compareDay(desk.ports, own, "2024-07-01")).toBe("compared");
    expect(await compareDay(desk.ports, own, "2024-07-01")).toBe("repeat");
    expect(await desk.store.event("compared.2024-07-01")).toMatchObject({
      data: { isAlike: true, decisions: 390, differences: [] },
    });
    expect(desk.notices).toEqual([]);
    const other = await traded(venueBars((_, bar) => ({ ...bar, close: bar.open })));
    await compareDay(other.desk.ports, own, "2024-07-01");
    expect(other.desk.notices).toMatchObject([{ title: "Live and replay of 2024-07-01 differ" }]);
  });
});

function orderOf({ data }: DomainEvent): string {
  return "orderId" in data ? data.orderId : "";
}
