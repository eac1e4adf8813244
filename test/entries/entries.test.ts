import { describe, expect, test } from "vitest";
import { TransientError } from "../../core/domain/errors.ts";
import type { Bar } from "../../core/domain/market.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { envelopeOf } from "../../core/events/envelope.ts";
import { defineProfile, equity } from "../../core/index.ts";
import type { BarsQuery } from "../../core/ports/marketData.ts";
import { Audience } from "../../core/runtime/audience.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { decideEntry } from "../../functions/decide/handler.ts";
import { executeEntry } from "../../functions/execute/handler.ts";
import { reconcileEntry } from "../../functions/reconcile/handler.ts";
import { scheduleEntry } from "../../functions/schedule/handler.ts";
import { updatesEntry } from "../../functions/updates/handler.ts";
import { fixedMix } from "../../strategies/fixed-mix.ts";
import { deskOf } from "../live/desk.ts";

const profile = defineProfile(fixedMix, {
  name: "mix",
  universe: ["AAA", "BBB"],
  params: { weights: { AAA: 0.6, BBB: 0.4 } },
});
const compiled = compileProfile(profile);
const audience = new Audience([compiled]);
const closeMs = newYorkTimeMs("2024-07-01", "16:00");

function dailyBar(close: number): Bar {
  const openTimeMs = newYorkTimeMs("2024-07-01", "09:30");
  return { openTimeMs, closeTimeMs: closeMs, open: 100, high: 110, low: 90, close, volume: 1e6 };
}

const bars = ({ afterMs, untilMs }: BarsQuery) =>
  new Map(
    (afterMs < closeMs && closeMs <= untilMs
      ? [["AAA", [dailyBar(100)] as const] as const, ["BBB", [dailyBar(50)] as const] as const]
      : []
    ).map((one) => one),
  );

/** As EventBridge delivers it. */
function fromBus(event: DomainEvent) {
  return {
    version: "0",
    id: "8f3c1f6e-0000-4000-8000-000000000001",
    "detail-type": event.type,
    source: "bellwether",
    account: "123456789012",
    time: "2024-07-01T20:00:00Z",
    region: "us-east-1",
    resources: [],
    detail: envelopeOf(event),
  };
}

/** As a FIFO queue delivers what a rule of the bus has put into it. */
function fromQueue(events: readonly DomainEvent[]) {
  return {
    Records: events.map((event, i) => ({
      messageId: `m${i}`,
      receiptHandle: "r",
      body: JSON.stringify(fromBus(event)),
      attributes: { MessageGroupId: "mix", SequenceNumber: String(i) },
      eventSource: "aws:sqs",
    })),
  };
}

async function deployed() {
  const desk = await deskOf(profile, "1d", undefined, undefined, bars);
  for (const symbol of ["AAA", "BBB"]) desk.simulated.market(equity(symbol));
  const options = { profiles: [compiled], deadlineMs: 300_000 };
  return {
    ...desk,
    schedule: scheduleEntry(desk.ports, options),
    decide: decideEntry(desk.ports, audience),
    execute: executeEntry(desk.ports, audience),
    events: () => desk.store.entries.map(({ event }) => event),
  };
}

describe("the entry points, called with what AWS sends", () => {
  test("bars, a schedule, a decision and its orders: each once, however often they come", async () => {
    const { schedule, decide, execute, events, time, account } = await deployed();
    time.nowMs = closeMs + 300_000;
    const fetch = { job: "bars", input: { afterMs: closeMs - 1, untilMs: closeMs } };
    expect(await schedule(fetch)).toEqual({ job: "bars", outcome: "done", count: 1 });
    expect(await schedule(fetch)).toEqual({ job: "bars", outcome: "done", count: 0 });
    const [closed] = events();
    if (closed === undefined) throw new Error("expected bars");
    await decide(fromBus(closed));
    const input = {
      profile: "mix",
      schedule: Object.keys(compiled.schedules)[0] ?? "",
      dueTimeMs: time.nowMs,
      sessionDate: "2024-07-01",
    };
    expect((await schedule({ job: "fire", input })).outcome).toBe("fired");
    expect((await schedule({ job: "fire", input })).outcome).toBe("repeat");
    const fired = events().find(({ type }) => type === "schedule.fired.v1");
    if (fired === undefined) throw new Error("expected a firing");
    await decide(fromBus(fired));
    await decide(fromBus(fired));
    const approved = events().filter(({ type }) => type === "order.approved.v1");
    expect(approved.length).toBe(2);
    expect(await execute(fromQueue([...approved, ...approved]))).toEqual({ batchItemFailures: [] });
    expect(await execute(fromQueue(approved))).toEqual({ batchItemFailures: [] });
    const open = await account.openOrders();
    expect(open.map(({ symbol, side }) => [symbol, side])).toEqual([
      ["AAA", "buy"],
      ["BBB", "buy"],
    ]);
  });

  test("an unreadable message of a batch is given back, and hides no other", async () => {
    const { execute } = await deployed();
    const Records = [{ messageId: "bad", body: "{" }];
    expect(await execute({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: "bad" }] });
  });

  test("what came with a newer version is given back, to be done by that", async () => {
    const { decide, execute } = await deployed();
    const times = { eventTimeMs: closeMs, receivedTimeMs: closeMs, causationId: "s" };
    const unsaid = { price: null, quantity: null, maxQuantity: null, source: "", comment: "" };
    const wanted = { profile: "newer", symbol: "AAA", action: "buy", ...unsaid } as const;
    const data = { signalId: "s", ...wanted, expiresAtMs: closeMs + 60_000 };
    const signal: DomainEvent = { type: "signal.received.v1", id: "s", ...times, data };
    await expect(decide(fromBus(signal))).rejects.toThrow(TransientError);
    const order = { orderId: "o", profile: "newer", symbol: "AAA" };
    const approved = (account: string): DomainEvent => {
      const parts = { ...order, account, checks: [] };
      return { type: "order.approved.v1", id: account, ...times, data: parts };
    };
    // An order needs its account alone: profiles come and go, and what they left is to be ended.
    const answer = await execute(fromQueue([approved("elsewhere"), approved("mix")]));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
  });

  test("payloads of another shape are refused by the field that is wrong", async () => {
    const { decide, schedule, ports } = await deployed();
    await expect(decide({ id: "1" })).rejects.toThrow(/bus event: detail-type: /);
    await expect(schedule({ job: "dance" })).rejects.toThrow(/^job: job: /);
    const input = { profile: "nobody", schedule: "x", dueTimeMs: 0, sessionDate: "2024-07-01" };
    await expect(schedule({ job: "fire", input })).rejects.toThrow(
      "input.profile: expected one that is deployed (mix), got nobody",
    );
    await expect(updatesEntry(ports)({})).rejects.toThrow(/^updates: account: /);
    await expect(reconcileEntry(ports)({ account: 3 })).rejects.toThrow(/^reconcile: account: /);
  });

  test("planning a day writes each moment once, by the calendar", async () => {
    const { schedule, planned, time } = await deployed();
    time.nowMs = newYorkTimeMs("2024-07-02", "22:00");
    const { count } = await schedule({ job: "plan" });
    expect(count).toBeGreaterThan(0);
    expect((await schedule({ job: "plan" })).count).toBe(0);
    // 2024-07-03 closes at 13:00: daily bars are fetched five minutes later.
    const fetched = [...planned.values()].filter(({ job }) => job === "bars");
    expect(fetched.map(({ atMs }) => atMs)).toEqual([newYorkTimeMs("2024-07-03", "13:05")]);
  });
});
