import { describe, expect, test } from "vitest";
import { Dice } from "../../functions/simulate/dice.ts";
import { crashed, exhaustively, secondsAfter } from "../../functions/simulate/exhaustive.ts";
import { plantedBugs } from "../../functions/simulate/plantedBugs.ts";
import { scenarios } from "../../functions/simulate/scenarios.ts";
import { storyOf } from "../../functions/simulate/shrink.ts";
import { simulate } from "../../functions/simulate/simulate.ts";
import { Tally } from "../../functions/simulate/tally.ts";

/** All pairs by hand: `bellwether simulate --exhaustive`. */
const SEED = Number(process.env.SIMULATE_SEED ?? "20261121");

/** One in so many single crashes here; a prime, so that both sides of an await get their turn. */
const EVERY = 5;

describe(`crashes at one in ${EVERY} awaits, and at pairs of them that seed ${SEED} chooses`, () => {
  const tally = new Tally();

  test("there are twelve scenarios or more, and each trades", async () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(12);
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
    for (const setting of scenarios) {
      const { orders, violations } = await crashed(setting, { crashes: [] });
      expect(orders, setting.name).toBeGreaterThan(0);
      expect(violations).toEqual([]);
    }
  });

  test.each(scenarios)(
    "$name",
    async (setting) => {
      for await (const run of exhaustively(setting, { sampled: 12, dice: new Dice(SEED) }, EVERY)) {
        expect(run.violations, storyOf(run)).toEqual([]);
        tally.add(run);
      }
    },
    120_000,
  );

  test("no await is left out that a run with faults of every kind walks through", async () => {
    const { awaits, uncrashed } = tally;
    console.log(
      `awaits walked through: ${awaits.length}, crashed at: ${awaits.length - uncrashed.length}`,
    );
    const known = new Set(awaits);
    const walked = new Set<string>();
    for (let seed = 0; seed < 6; seed += 1) {
      for (const one of (await simulate({ seed, faultOneIn: 20 })).seen) walked.add(one);
    }
    // How an order ended is one await for all of the ways; that the venue lists one for a moment
    // after it ended, that a fill falls between two questions of a reconciliation, and that one
    // finds an order to send again, is for chance to bring about.
    const isOther = /decide order\.|: journal\.order$|^reconcile: (switches\.halt|venue\.submit)$/;
    const left = [...walked].filter((one) => !known.has(one) && !isOther.test(one));
    expect(left).toEqual([]);
  }, 60_000);
});

test("pairs of changes leave out who dies while it asks, and hold what follows a change", async () => {
  const [setting] = scenarios;
  if (setting === undefined) return expect.fail("there is no scenario");
  const { calls, changes } = await crashed(setting, { crashes: [] });
  const asks = Array.from({ length: calls }, (_, i) => i + 1).filter((at) => !changes.includes(at));
  const [change = 0, next = 0] = changes;
  const [ask = 0] = asks;
  expect(changes.length).toBeGreaterThan(20);
  expect(asks.length).toBeGreaterThan(changes.length);
  const after = async (at: number, of: "changes" | "all") => {
    const crash = { at, kind: "crash after" } as const;
    return secondsAfter(crash, await crashed(setting, { crashes: [crash] }), of);
  };
  expect(await after(ask, "changes")).toEqual([]);
  expect((await after(ask, "all"))[0]).toEqual({ at: ask + 1, kind: "crash before" });
  expect((await after(change, "changes")).slice(0, 2)).toEqual([
    { at: next, kind: "crash before" },
    { at: next, kind: "crash after" },
  ]);
});

test("a crash at every await finds an order that is sent before that is written down", async () => {
  const [bug] = plantedBugs.filter(({ name }) => name.startsWith("an order is sent before"));
  const [setting] = scenarios;
  if (bug === undefined || setting === undefined) return expect.fail("there is no such bug");
  const found = await crashed(setting, { crashes: [{ at: 40, kind: "crash after" }], bug });
  expect(found.violations.map(({ promise }) => promise)).toContain(
    "intent is durable before it is sent",
  );
});

/** Crashes that once broke a promise, by what was wrong then. */
const REGRESSIONS = [
  {
    scenario: "a split in the night",
    job: "night: venue.submit",
    was: "legs sent anew after a split, and lost, were never asked for, as they have no parent",
  },
];

test.each(REGRESSIONS)("a crash at $job in $scenario is survived: $was", async (one) => {
  const [setting] = scenarios.filter(({ name }) => name === one.scenario);
  if (setting === undefined) return expect.fail(`there is no ${one.scenario}`);
  const given = [{ call: one.job, times: 1, kind: "crash before" as const }];
  const { violations, injected } = await crashed({ ...setting, given }, { crashes: [] });
  expect(injected).toHaveLength(1);
  expect(violations).toEqual([]);
});

test("two crashes before a decision is kept leave no stop behind an entry that is too late", async () => {
  const [setting] = scenarios.filter(({ name }) => name === "a stop that is replaced twice");
  if (setting === undefined) return expect.fail("there is no such scenario");
  const call = "decide bars.closed.v1: store.commit";
  const given = [{ call, times: 2, kind: "crash before" as const }];
  const { violations, injected } = await crashed({ ...setting, given }, { crashes: [] });
  expect(injected).toHaveLength(2);
  expect(violations).toEqual([]);
});
