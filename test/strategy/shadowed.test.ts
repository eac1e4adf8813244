import { describe, expect, test } from "vitest";
import { defineProfile } from "../../core/index.ts";
import { compileProfile, type Profile } from "../../core/strategy/profile.ts";
import { standingAlone, tradersOf, withShadows } from "../../core/strategy/shadowed.ts";
import { webhookProfiles } from "../../functions/webhook/profiles.ts";
import { fixedMix } from "../../strategies/fixed-mix.ts";
import { webhookFollower } from "../../strategies/webhook-follower.ts";

const account = { name: "main", cash: "5000", limits: { maxDailyLoss: 0.1 } } as const;
const mix = (name: string, more: object = {}) =>
  defineProfile(fixedMix, { name, mode: "paper", universe: ["SPY"], ...more });
const now = mix("now", { account });
const shadow = (of: string, more: object = {}) =>
  mix("next", { mode: "shadow", shadowOf: of, ...more });
const together = (...profiles: Profile[]) => withShadows(profiles.map(compileProfile));

describe("a profile in mode shadow", () => {
  test("stands on the account of the one that it shadows, limits of the whole among it", () => {
    const [trader, next] = together(now, shadow("now"));
    expect(next?.account).toEqual(trader?.account);
    expect(next?.limitsText).toBe(trader?.limitsText);
    expect(next?.rules).toHaveLength(trader?.rules.length ?? -1);
    expect(tradersOf(together(now, shadow("now"))).map(({ name }) => name)).toEqual(["now"]);
  });

  test.each([
    [
      { mode: "shadow" },
      'profile next: shadowOf: expected the profile that it shadows, as its mode is "shadow"',
    ],
    [
      { shadowOf: "now" },
      'profile next: shadowOf: expected mode "shadow" beside it, got mode "paper"',
    ],
    [
      { mode: "shadow", shadowOf: "next" },
      "profile next: shadowOf: expected another profile, got itself",
    ],
    [
      { mode: "shadow", shadowOf: "now", account },
      "profile next: account: expected none, as it decides on what now holds",
    ],
  ])("is refused by itself as %j", (more, line) => {
    expect(() => compileProfile(mix("next", more))).toThrow(line);
  });

  test("of nobody that runs here, or of a shadow, is refused beside the others", () => {
    expect(() => together(now, shadow("nobody"))).toThrow(
      "profile next: shadowOf: expected a profile that runs here (now), got nobody",
    );
    const third = mix("third", { mode: "shadow", shadowOf: "next" });
    expect(() => together(now, shadow("now"), third)).toThrow(
      "profile third: shadowOf: expected a profile that trades, got next, a shadow itself",
    );
  });

  test("must decide at the moments of the one that it shadows", () => {
    const follower = defineProfile(webhookFollower, {
      ...{ name: "next", mode: "shadow", shadowOf: "now", universe: ["SPY"] },
    });
    expect(() => together(now, follower)).toThrow(
      /^profile next: schedules: expected those of now \(.+\), as both decide at .+, got none; /,
    );
  });

  test("replays as a profile of its own", () => {
    const alone = standingAlone(compileProfile(shadow("now")));
    expect([alone.shadowOf, alone.account.name]).toEqual([null, "next"]);
  });

  test("is sent no signals by its own name", () => {
    const follower = (name: string, more: object = {}) =>
      defineProfile(webhookFollower, { name, mode: "paper", universe: ["SPY"], ...more });
    const next = follower("next", { mode: "shadow", shadowOf: "now" });
    const known = webhookProfiles(together(follower("now"), next));
    expect(known.map(({ name }) => name)).toEqual(["now"]);
  });
});
