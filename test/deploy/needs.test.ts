import { describe, expect, test } from "vitest";
import * as z from "zod";
import { crypto, defineProfile, defineStrategy, index } from "../../core/index.ts";
import { needsOf } from "../../functions/deploy/needs.ts";
import { choicesOf } from "../../stacks/settings.ts";
import { fixedMix } from "../../strategies/fixed-mix.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { webhookFollower } from "../../strategies/webhook-follower.ts";

const mix = (name: string, more: object = {}) =>
  defineProfile(fixedMix, { name, mode: "paper", universe: ["SPY"], ...more });

const watcher = defineStrategy({
  name: "watcher",
  description: "Listens to trades",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  onTrade: () => undefined,
});

describe("what a stage needs", () => {
  test("is nothing of profiles that only replay", () => {
    expect(() => needsOf([mix("a", { mode: "replay" })], "dev")).toThrow(
      /stage dev: expected a profile that runs here, got none/,
    );
  });

  test("is told by the functions that a strategy has", () => {
    const follower = defineProfile(webhookFollower, {
      name: "s",
      mode: "paper",
      universe: ["SPY"],
    });
    const needs = needsOf([mix("a"), follower], "dev");
    expect(needs).toMatchObject({ signals: ["s"], scheduled: ["a"], streams: false, live: false });
    // Daily bars are planned by the real close, so nothing recurs for them.
    expect(needs.polled).toBeNull();
    expect(needs.accounts).toEqual(["a", "s"]);
  });

  test("is the stream task for those who listen to trades, or ask for it", () => {
    const trades = defineProfile(watcher, { name: "t", mode: "paper", universe: ["SPY"] });
    expect(needsOf([trades], "dev")).toMatchObject({ streams: true, polled: null });
    const asked = { name: "o", mode: "paper", universe: ["SPY"] } as const;
    expect(needsOf([defineProfile(openingRange, asked)], "dev").streams).toBe(false);
    const streaming = defineProfile(openingRange, { ...asked, deploy: { bars: "stream" } });
    expect(needsOf([streaming, mix("a")], "dev")).toMatchObject({
      streams: true,
      hours: "session",
      polled: null,
    });
    expect(needsOf([defineProfile(openingRange, asked), mix("a")], "dev").polled).toBe("1m");
  });

  test("of a shadow is nothing that orders: no account, no signals, no jobs, no keys", () => {
    const follower = (name: string, more: object = {}) =>
      defineProfile(webhookFollower, { name, mode: "paper", universe: ["SPY"], ...more });
    const beside = { mode: "shadow", shadowOf: "s" } as const;
    const alone = needsOf([follower("s")], "dev");
    const needs = needsOf([follower("s"), follower("next", beside)], "dev");
    expect(needs).toEqual({ ...alone, profiles: needs.profiles });
    expect(needs.profiles.map(({ name }) => name)).toEqual(["next", "s"]);
  });

  test("has a shadow wherever the one that it shadows runs, and tells of one that has none", () => {
    const stages = ["prod"];
    const next = mix("next", { mode: "shadow", shadowOf: "a" });
    const both = [mix("a", { deploy: { stages } }), mix("b"), next];
    expect(needsOf(both, "prod").profiles).toHaveLength(3);
    expect(needsOf(both, "dev").profiles.map(({ name }) => name)).toEqual(["b"]);
    expect(() => needsOf([mix("a", { mode: "replay" }), mix("b"), next], "dev")).toThrow(
      "profile next: shadowOf: expected a profile that runs here (b), got a",
    );
  });

  test("is a stream around the clock where coins are traded", () => {
    const coins = defineProfile(watcher, {
      name: "c",
      mode: "paper",
      universe: [crypto("BTC/USD")],
    });
    expect(needsOf([coins], "dev").hours).toBe("always");
  });

  test("goes by stage: paper runs everywhere, or where it says", () => {
    const here = mix("here", { deploy: { stages: ["dev"] } });
    expect(needsOf([mix("a"), here], "dev").profiles).toHaveLength(2);
    expect(needsOf([mix("a"), here], "other").profiles).toHaveLength(1);
  });

  test("holds real money only on stages that its profile names", () => {
    expect(() => needsOf([mix("real", { mode: "live" })], "dev")).toThrow(
      /profile real: deploy.stages: expected the stages on which it may trade real money/,
    );
    const real = mix("real", { mode: "live", deploy: { stages: ["main"] } });
    expect(needsOf([mix("a"), real], "dev").live).toBe(false);
    expect(needsOf([mix("a"), real], "main").live).toBe(true);
  });

  test("is refused for an index, which no venue trades", () => {
    expect(() => needsOf([mix("i", { universe: [index("SPX")] })], "dev")).toThrow(
      /profile i: universe: expected what a venue trades in mode paper, got the index SPX/,
    );
  });
});

describe("choices from the environment", () => {
  test("have defaults that suit a first try", () => {
    expect(choicesOf({})).toEqual({
      stage: "dev",
      alarmMail: null,
      monthlyBudget: 20,
      reservesConcurrency: true,
      standby: false,
      sweeps: false,
      notify: false,
    });
  });

  test.each([
    ["BELLWETHER_STAGE", "My Stage"],
    ["BELLWETHER_STAGE", "a-name-that-is-too-long-for-aws"],
    ["BELLWETHER_BUDGET", "lots"],
    ["BELLWETHER_BUDGET", "0"],
    ["BELLWETHER_RESERVE", "true"],
  ])("%s=%s is refused by name", (name, value) => {
    expect(() => choicesOf({ [name]: value })).toThrow(new RegExp(`${name}: .*got "${value}"`));
  });
});
