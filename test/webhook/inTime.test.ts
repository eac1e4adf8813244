import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DEADLINE_MS, MAX_IN_FLIGHT } from "../../functions/webhook/limits.ts";
import { rig, sendJson, typed } from "./rig.ts";

/** A store that is asked, and answers when it is let. */
function slowStore() {
  const waiting: (() => void)[] = [];
  const commit = () => new Promise<void>((resolve) => void waiting.push(resolve));
  return { store: { commit }, waiting, letGo: () => waiting.splice(0).map((one) => one()) };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** Lets everything that needs no timer go on. */
async function settled(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 10_000 && !isSo(); i += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(isSo()).toBe(true);
}

describe("a store that does not answer", () => {
  test("is waited for so long that a caller still hears of it, and told as 503", async () => {
    const { store, waiting } = slowStore();
    const to = rig({ store });
    let answer: Awaited<ReturnType<typeof sendJson>> | undefined;
    void sendJson(to, "/signals/spy", typed({ id: "one" })).then((one) => {
      answer = one;
    });
    await settled(() => waiting.length === 1);
    await vi.advanceTimersByTimeAsync(DEADLINE_MS - 1);
    expect(answer).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await settled(() => answer !== undefined);
    // TradingView gives up after 3 s, and sends again on a 5xx alone.
    expect(DEADLINE_MS).toBeLessThan(3_000);
    expect(answer?.status).toBe(503);
    expect(answer?.headers.get("retry-after")).toBe("5");
    expect(to.lines.at(-1)).toMatchObject({ outcome: "unavailable", profile: "spy" });
  });

  test("holds so many calls up and no more: the next one is told at once", async () => {
    const { store, waiting, letGo } = slowStore();
    const to = rig({ store });
    const held = Array.from({ length: MAX_IN_FLIGHT }, (_, i) =>
      sendJson(to, "/signals/spy", typed({ id: `held-${i}` })),
    );
    await settled(() => waiting.length === MAX_IN_FLIGHT);
    const more = await sendJson(to, "/signals/spy", typed({ id: "one-more" }));
    expect([more.status, more.headers.get("retry-after")]).toEqual([503, "5"]);
    letGo();
    const statuses = (await Promise.all(held)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([202]));
  });
});
