import fc from "fast-check";
import { expect, it } from "vitest";
import { rig, send, sendJson, signedHeaders, typed } from "../webhook/rig.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "./fuzz.ts";

const signal = fc.record({
  id: fc.stringMatching(/^[a-z0-9]{1,20}$/),
  action: fc.constantFrom("buy", "sell", "exit"),
  symbol: fc.constantFrom("SPY", "QQQ"),
  isSigned: fc.boolean(),
  times: fc.integer({ min: 2, max: 50 }),
});

it(
  "a signal that is sent 2 to 50 times at once is one signal",
  async () => {
    const seen = { sent: 0 };
    await fc.assert(
      fc.asyncProperty(signal, async ({ isSigned, times, ...own }) => {
        const world = rig();
        const body = JSON.stringify({ action: own.action, symbol: own.symbol });
        const one = () =>
          isSigned
            ? send(world, "/signals/spy", { body, headers: signedHeaders(body) })
            : sendJson(world, "/signals/spy", typed(own));
        const answers = await Promise.all(Array.from({ length: times }, one));
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
        expect(new Set(answers.map(({ json }) => json().id)).size).toBe(1);
        expect(world.events).toHaveLength(1);
        seen.sent += times;
      }),
      fuzz("repeats of a signal", 300),
    );
    expect(seen.sent).toBeGreaterThan(600);
  },
  FUZZ_TIMEOUT_MS,
);
