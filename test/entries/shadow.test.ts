import { describe, expect, test } from "vitest";
import type { Bar } from "../../core/domain/market.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { DomainEvent, EventType } from "../../core/events/catalogue.ts";
import { envelopeOf } from "../../core/events/envelope.ts";
import { defineProfile, equity } from "../../core/index.ts";
import type { BarsQuery } from "../../core/ports/marketData.ts";
import { Audience } from "../../core/runtime/audience.ts";
import { firedEvent } from "../../core/runtime/timetable.ts";
import { decideEntry } from "../../functions/decide/handler.ts";
import { executeEntry } from "../../functions/execute/handler.ts";
import { scheduleEntry } from "../../functions/schedule/handler.ts";
import { fixedMix } from "../../strategies/fixed-mix.ts";
import { deskOf } from "../live/desk.ts";

const mix = (name: string, AAA: number, more: object = {}) =>
  defineProfile(fixedMix, {
    ...{ name, universe: ["AAA", "BBB"], ...more },
    params: { weights: { AAA, BBB: 0.4 } },
  });
const closeMs = newYorkTimeMs("2024-07-01", "16:00");

const dailyBar = (close: number): Bar => {
  const openTimeMs = newYorkTimeMs("2024-07-01", "09:30");
  return { openTimeMs, closeTimeMs: closeMs, open: 100, high: 110, low: 40, close, volume: 1e6 };
};
const bars = ({ afterMs, untilMs }: BarsQuery) =>
  new Map(
    afterMs < closeMs && closeMs <= untilMs
      ? [["AAA", [dailyBar(100)] as const] as const, ["BBB", [dailyBar(50)] as const] as const]
      : [],
  );

const fromBus = (event: DomainEvent) => ({
  ...{ version: "0", id: "1", source: "bellwether", account: "1", region: "us-east-1" },
  ...{ "detail-type": event.type, time: "2024-07-01T20:00:00Z", resources: [] },
  detail: envelopeOf(event),
});
const fromQueue = (events: readonly DomainEvent[]) => ({
  Records: events.map((event, i) => ({ messageId: `m${i}`, body: JSON.stringify(fromBus(event)) })),
});

async function deployed() {
  const next = mix("next", 0.4, { mode: "shadow", shadowOf: "mix" });
  const desk = await deskOf(mix("mix", 0.5), "1d", undefined, undefined, bars, undefined, [next]);
  for (const symbol of ["AAA", "BBB"]) desk.simulated.market(equity(symbol));
  const audience = new Audience(desk.profiles);
  const schedule = scheduleEntry(desk.ports, { profiles: desk.profiles, deadlineMs: 300_000 });
  const decide = decideEntry(desk.ports, audience);
  const events = () => desk.store.entries.map(({ event }) => event);
  const of = (type: EventType) => events().filter((event) => event.type === type);
  desk.time.nowMs = closeMs + 300_000;
  await schedule({ job: "bars", input: { afterMs: closeMs - 1, untilMs: closeMs } });
  for (const closed of of("bars.closed.v1")) await decide(fromBus(closed));
  const [name = ""] = Object.keys(desk.profiles[0]?.schedules ?? {});
  const due = { schedule: name, dueTimeMs: desk.time.nowMs, sessionDate: "2024-07-01" };
  return { ...desk, audience, schedule, decide, events, of, due };
}

describe("the entry points, with a profile in the shadow of another", () => {
  test("let it decide on the other's firing, as often as it comes, and order nothing", async () => {
    const { schedule, decide, of, due } = await deployed();
    await schedule({ job: "fire", input: { profile: "mix", ...due } });
    const [fired] = of("schedule.fired.v1");
    if (fired === undefined) throw new Error("expected a firing");
    await decide(fromBus(fired));
    await decide(fromBus(fired));
    const names = of("order.approved.v1").map(({ data }) => "profile" in data && data.profile);
    expect(names).toEqual(["mix", "mix"]);
    const told = of("shadow.decided.v1").flatMap(({ data }) =>
      "target" in data && data.request !== null ? [data.request] : [],
    );
    // On the cash of before, though the other has ordered by then.
    expect(told.map(({ symbol, side }) => [symbol, side])).toEqual([
      ["AAA", "buy"],
      ["BBB", "buy"],
    ]);
    expect(told.every(({ profile, account }) => profile === "next" && account === "mix")).toBe(
      true,
    );
  });

  test("plan nothing for it, and tell each night what it came to", async () => {
    const { schedule, decide, of, due, planned, notices, ports, time } = await deployed();
    const marketData = { ...ports.marketData, calendar: async () => [], actions: async () => [] };
    const plan = scheduleEntry(
      { ...ports, marketData },
      { profiles: (await deployed()).profiles, deadlineMs: 1 },
    );
    await plan({ job: "plan" });
    expect([...planned.keys()].filter((job) => job.startsWith("next"))).toEqual([]);
    const fired = firedEvent({ profile: "mix", ...due });
    await decide(fromBus(fired));
    time.nowMs += 12 * 3_600_000;
    await schedule({ job: "parity", input: { date: "2024-07-01" } });
    const [compared] = of("shadow.compared.v1");
    // AAA is wanted at another weight, and so at another size; BBB at the same.
    expect(compared?.data).toMatchObject({ profile: "next", same: 1, differing: 1 });
    const [notice] = notices.filter(({ title }) => title.startsWith("next in the shadow of mix"));
    expect(notice?.text).toMatch(/^1 of 2 decisions are the same, 1 differ/);
  });

  test("refuse an order by its name, whoever wrote it, and send the rest of the batch", async () => {
    const { decide, of, due, ports, audience, account, store } = await deployed();
    await decide(fromBus(firedEvent({ profile: "mix", ...due })));
    const book = (await store.book("mix"))?.value;
    expect(book?.orders).toHaveLength(2);
    const [own, other] = of("order.approved.v1");
    if (own?.type !== "order.approved.v1" || other === undefined) throw new Error("expected two");
    const forged: DomainEvent = { ...own, data: { ...own.data, profile: "next" } };
    const answer = await executeEntry(ports, audience)(fromQueue([forged, other]));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect((await account.openOrders()).map(({ symbol }) => symbol)).toEqual(["BBB"]);
    expect(of("order.denied.v1").map(({ data }) => "limit" in data && data.limit)).toEqual([
      "shadow",
    ]);
  });
});
