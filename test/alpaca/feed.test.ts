import { describe, expect, test } from "vitest";
import { defineProfile } from "../../core/index.ts";
import { STREAM_DEFAULTS, StreamHandler } from "../../core/runtime/streamHandler.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { feedOf } from "../../functions/alpaca/feed.ts";
import { alpacaLines } from "../../functions/stream/alpacaLines.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { deskOf } from "../live/desk.ts";
import { KEYS, START_MS, world } from "./streamRigs.ts";

const asking = (name: string, feed?: "iex" | "sip") =>
  defineProfile(openingRange, {
    ...{ name, universe: ["SPY"], account: { name: "main" } },
    deploy: feed === undefined ? {} : { feed },
  });

describe("the feed of shares", () => {
  test("is IEX unless a profile asks for SIP, for all that run together", () => {
    const feed = (...profiles: Parameters<typeof compileProfile>[0][]) =>
      feedOf(profiles.map(compileProfile));
    expect(feed(asking("a"), asking("b"))).toBe("iex");
    expect(feed(asking("a"), asking("b", "sip"))).toBe("sip");
    expect(() => feed(asking("a", "iex"), asking("b", "sip"))).toThrow(
      "profile b: deploy.feed: expected iex, as a has it and there is one line of prices, got sip",
    );
  });

  test.each(["iex", "sip"] as const)("%s is the line that is opened", async (feed) => {
    const desk = await deskOf(asking("a", feed), "1m");
    const turn = (run: () => Promise<void>) => run();
    const options = { ...STREAM_DEFAULTS, profiles: desk.profiles, turn };
    const handler = new StreamHandler(desk.ports, options);
    const outside = world();
    const settings = { accounts: [], symbols: ["SPY"], feed: feedOf(desk.profiles) };
    const keyed = { ...KEYS, account: "main", mode: "paper", venue: {} } as never;
    const lines = alpacaLines({ ...settings, accounts: [keyed] }, handler, outside);
    lines.open(START_MS);
    expect(outside.opened.some(({ url }) => url.endsWith(`/v2/${feed}`))).toBe(true);
    await lines.close();
  });
});
