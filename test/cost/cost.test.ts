import { describe, expect, test } from "vitest";
import { timeframe } from "../../core/domain/timeframe.ts";
import { defineProfile } from "../../core/index.ts";
import { ASSUMED } from "../../functions/cost/assumed.ts";
import { estimateOf } from "../../functions/cost/estimate.ts";
import { gridOf } from "../../functions/cost/grid.ts";
import { measure } from "../../functions/cost/measure.ts";
import { firingsAMonth } from "../../functions/cost/month.ts";
import { PRICES } from "../../functions/cost/prices.ts";
import { usageOf } from "../../functions/cost/usage.ts";
import { needsOf } from "../../functions/deploy/needs.ts";
import { recurringOf } from "../../functions/deploy/recurring.ts";
import { webhookFollower } from "../../strategies/webhook-follower.ts";
import { run } from "../cli/terminal.ts";
import { MIX, SETS } from "../stacks/profiles.ts";

describe("counting", () => {
  test("is of a replay, and the same every time", async () => {
    const once = await measure(MIX);
    expect(once).toEqual(await measure(MIX));
    expect(once).toMatchObject({
      profile: "mix",
      instruments: 2,
      closes: { perSession: 1 },
      schedules: { perSession: 1 },
    });
    expect(once.orders).toBeGreaterThan(0);
    expect(once.events.perSession).toBeGreaterThan(once.orders);
    expect(once.snapshotBytes).toBeGreaterThan(100);
  });

  test("finds a close a minute where bars are of a minute", async () => {
    const [, , minutes] = SETS.webhook;
    expect((await measure(minutes)).closes.perSession).toBe(390);
  });
});

describe("a month", () => {
  test.each([
    ["cron(0 2 * * ? *)", 30.4],
    ["cron(* 9-16 ? * MON-FRI *)", 60 * 8 * 21.7],
    ["cron(0/5 9-16 ? * MON-FRI *)", 12 * 8 * 21.7],
    ["cron(0-2,30-32 * * * ? *)", 6 * 24 * 30.4],
  ])("has %s fire %d times", (cron, times) => {
    expect(firingsAMonth(cron)).toBeCloseTo(times, 6);
  });

  test("knows every schedule that a stage has, and refuses what it cannot read", () => {
    for (const set of Object.values(SETS)) {
      for (const { cron } of recurringOf(needsOf(set, "test"))) {
        expect(firingsAMonth(cron)).toBeGreaterThan(0);
      }
    }
    expect(() => firingsAMonth("cron(0 L * * ? *)")).toThrow(/expected \*, a number/);
    expect(() => firingsAMonth("rate(1 minute)")).toThrow(/expected six fields/);
  });
});

describe("an estimate", () => {
  test("multiplies usage by prices, and takes off what is given away", async () => {
    const needs = needsOf([MIX], "test");
    const usage = usageOf(needs, [await measure(MIX)]);
    const { lines, list, billed } = estimateOf({ ...usage, "lambda requests": 3_000_000 });
    const requests = lines.find(({ item }) => item === "lambda requests");
    expect(requests).toMatchObject({ quantity: 3_000_000, billed: 0.4 });
    expect(requests?.list).toBeCloseTo(0.6, 9);
    expect(lines.reduce((sum, one) => sum + one.list, 0)).toBeCloseTo(list, 9);
    expect(billed).toBeLessThan(list);
    expect(lines.find(({ item }) => item === "task vCPU")).toBeUndefined();
  });

  test("of signals holds the webhook, its secret and what follows", async () => {
    const follower = defineProfile(webhookFollower, {
      name: "s",
      mode: "paper",
      universe: ["SPY"],
    });
    const usage = usageOf(needsOf([follower], "test"), [await measure(follower)]);
    expect(usage.secrets).toBe(2);
    expect(usage["bus events"]).toBeGreaterThan(21 * ASSUMED.signals);
  });

  test("counts what the jobs of every minute read: snapshots of who takes signals too", async () => {
    const follower = (name: string) =>
      defineProfile(webhookFollower, {
        ...{ name, mode: "paper", universe: ["SPY"] },
        account: { name: "main" },
      });
    const reads = async (...profiles: Parameters<typeof needsOf>[0]) => {
      const counts = await Promise.all(profiles.map(measure));
      const idle = counts.map((one) => ({
        ...{ ...one, closes: { ...one.closes, perSession: 0 }, bookWrites: 0 },
        schedules: { ...one.schedules, perSession: 0 },
      }));
      return usageOf(needsOf(profiles, "test"), idle)["table reads"];
    };
    const minutes = 60 * 8 * 21.7;
    // Updates read the book; the guard two more items and the book; reconciliation by fives.
    expect(await reads(MIX)).toBeCloseTo(minutes * (1 + 3 + 4 / 5), 6);
    const decided = 21 * ASSUMED.signals * 2;
    expect(await reads(follower("a"))).toBeCloseTo(minutes * (1 + 5 + 4 / 5) + decided, 6);
    const both = await reads(follower("a"), follower("b"));
    expect(both).toBeCloseTo(minutes * (1 + 6 + 4 / 5) + 2 * decided, 6);
  });

  test("holds chats and sweeps where they are asked for", async () => {
    const needs = needsOf([MIX], "test");
    const counts = [await measure(MIX)];
    const plain = usageOf(needs, counts);
    const told = usageOf(needs, counts, { notify: true, sweptSets: null });
    expect(told.secrets).toBe(plain.secrets + 1);
    expect(told["lambda requests"]).toBe(plain["lambda requests"] + 21 * ASSUMED.notices);
    const swept = usageOf(needs, counts, { notify: false, sweptSets: 1000 });
    expect(swept["lambda requests"]).toBe(plain["lambda requests"] + 50);
    // A set of 5 s on a function of 1769 MB.
    expect(swept["lambda time"] - plain["lambda time"]).toBeCloseTo((5000 * 1769) / 1024, 6);
    expect([swept["workflow steps"], swept.objects]).toEqual([150, 1]);
    expect([plain["workflow steps"], plain.objects]).toEqual([0, 0]);
  });

  test("has a source and a date for every price", () => {
    for (const { source, dollars, per } of Object.values(PRICES)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/\S+\/pricing\/$/);
      expect(dollars / per).toBeGreaterThan(0);
    }
  });
});

describe("the aims", () => {
  test("an end-of-day rebalancer is below half a dollar a month", async () => {
    const { billed } = estimateOf(usageOf(needsOf([MIX], "test"), [await measure(MIX)]));
    expect(billed).toBeLessThan(0.5);
  });

  test("fifty profiles of minutes on a hundred instruments are below forty, streamed too", async () => {
    const frames = [timeframe.parse("1m")];
    const cells = await gridOf({ profiles: [1, 50], instruments: [100], frames });
    expect(cells).toHaveLength(4);
    for (const { estimate } of cells) expect(estimate.billed).toBeLessThan(40);
    const [one, , fifty, streamed] = cells.map(({ estimate }) => estimate.billed);
    expect(fifty).toBeGreaterThan(10 * (one ?? 0));
    expect(streamed).toBeGreaterThan(fifty ?? 0);
  });
});

describe("bellwether cost", () => {
  test("prints counts, lines and a total of the profiles that are named", async () => {
    const { code, out } = await run("cost", "sixty-forty");
    expect(code).toBe(0);
    expect(out).toMatch(/sixty-forty +2 +1 /);
    expect(out).toMatch(/secrets +1 +secret-month +0\.40 +0\.40/);
    expect(out).toMatch(/total +\d+\.\d\d +0\.4\d/);
  });

  test("writes the same as JSON, with prices' date and what was assumed", async () => {
    const { out } = await run("cost", "sixty-forty", "--json");
    expect(JSON.parse(out)).toMatchObject({
      prices: { region: "us-east-1" },
      assumed: { signals: 10 },
      counts: [{ profile: "sixty-forty" }],
      needs: { streams: false },
    });
  });

  test("adds chats and sweeps by options, and refuses a number that is none", async () => {
    const { out } = await run("cost", "sixty-forty", "--notify", "--sweeps", "5000");
    expect(out).toMatch(/secrets +2 +secret-month +0\.80 +0\.80/);
    expect(out).toMatch(/workflow steps +750 +state transition/);
    const refused = await run("cost", "sixty-forty", "--sweeps", "-1");
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("--sweeps") });
  });

  test("refuses what cannot be deployed", async () => {
    expect(await run("cost", "sp500-trend")).toMatchObject({
      code: 2,
      err: expect.stringContaining("got the index SPX"),
    });
  });
});
