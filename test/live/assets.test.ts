import { expect, test } from "vitest";
import type { AssetInfo } from "../../core/ports/marketData.ts";
import { lookAtAssets } from "../../core/runtime/liveAssets.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { rising, scripted } from "../runtime/scripted.ts";
import { deskOf } from "./desk.ts";

/** A desk whose venue answers what the test says of AAA, after five minutes without a trade. */
async function asked() {
  const profile = scripted({ 8: "enter" }, { kind: "immediate" });
  const desk = await deskOf(profile, "1m");
  const listed: { now: AssetInfo | null } = { now: null };
  const marketData = {
    ...desk.ports.marketData,
    assets: async () => new Map(listed.now === null ? [] : [["AAA", listed.now]]),
  };
  const look = async (terms: Partial<AssetInfo> | null) => {
    const all = { symbol: "AAA", tradable: true, shortable: true, fractionable: true };
    listed.now = terms === null ? null : { ...all, ...terms };
    let news = 0;
    await desk.engine.between(async () => {
      news = await lookAtAssets({ ...desk.ports, marketData }, [compileProfile(profile)]);
    });
    return news;
  };
  const denials = () =>
    desk.store.entries.flatMap(({ event }) =>
      event.type === "order.denied.v1" ? [event.data.limit] : [],
    );
  const tick = () => {
    desk.time.nowMs += 1;
  };
  return { ...desk, look, denials, tick };
}

test("what the venue lets be done is told once, and when it changes back", async () => {
  const { look, tick, store } = await asked();
  expect(await look({})).toBe(0);
  expect(await look({ shortable: false })).toBe(1);
  expect(await look({ shortable: false })).toBe(0);
  expect(store.profile("worked")?.value.symbols.AAA?.asset).toEqual({
    tradable: true,
    shortable: false,
  });
  tick();
  expect(await look({})).toBe(1);
  expect(store.profile("worked")?.value.symbols.AAA?.asset?.shortable).toBe(true);
});

test("what cannot be traded is not entered, and a person hears of it", async () => {
  const { look, play, denials, notices } = await asked();
  await look({ tradable: false });
  expect(notices).toMatchObject([{ title: "AAA cannot be traded", severity: "warning" }]);
  await play(rising(12).feeds);
  expect(denials()).toEqual(["tradable"]);
});

test("what the venue does not know cannot be traded", async () => {
  const { look, notices } = await asked();
  expect(await look(null)).toBe(1);
  expect(notices[0]?.text).toContain("does not know it");
});
