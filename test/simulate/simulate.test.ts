import { describe, expect, test } from "vitest";
import { plantedBugs } from "../../functions/simulate/plantedBugs.ts";
import { shrunk, storyOf } from "../../functions/simulate/shrink.ts";
import { simulate } from "../../functions/simulate/simulate.ts";
import { run } from "../cli/terminal.ts";

/** More by hand: `SIMULATE_RUNS=10000 npx vitest run test/simulate`. */
const RUNS = Number(process.env.SIMULATE_RUNS ?? "24");
const FIRST_SEED = 7_000;

/** Seeds that once broke a promise, by what was wrong then. */
const REGRESSIONS = [
  { seed: 6, faultOneIn: 0, was: "a cancel that overtook its order left it approved for ever" },
  { seed: 1, faultOneIn: 0, was: "one decision asked twice for the same cancel" },
  { seed: 123, faultOneIn: 30, was: "a replacement that never arrived was in flight for ever" },
  { seed: 10, faultOneIn: 25, was: "a paused process sent what had been given up" },
  { seed: 20_584, faultOneIn: 20, was: "a refusal told twice refused a later cancel" },
  { seed: 20, faultOneIn: 20, was: "a cancel made an order known that had never come" },
];

describe("the whole system on a virtual clock", () => {
  test("keeps its promises when nothing goes wrong", async () => {
    for (const seed of [1, 2, 3]) {
      const outcome = await simulate({ seed, faultOneIn: 0 });
      expect(outcome.violations).toEqual([]);
      expect(outcome.fills).toBeGreaterThan(5);
    }
  });

  test(`keeps them through faults of every kind (${RUNS} runs from seed ${FIRST_SEED})`, async () => {
    const kinds = new Set<string>();
    for (let i = 0; i < RUNS; i += 1) {
      const reconciles = i % 3 !== 0;
      const outcome = await simulate({ seed: FIRST_SEED + i, faultOneIn: 20, reconciles });
      expect(outcome.violations, storyOf(outcome)).toEqual([]);
      for (const { kind } of outcome.injected) kinds.add(kind);
    }
    expect([...kinds].sort()).toEqual([
      "crash after",
      "crash before",
      "lost race",
      "pause after",
      "pause before",
      "throttled",
      "timeout after",
      "timeout before",
    ]);
  }, 600_000);

  test.each(REGRESSIONS)("keeps them at seed $seed, where $was", async ({ seed, faultOneIn }) => {
    const outcome = await simulate({ seed, faultOneIn });
    expect(outcome.violations, storyOf(outcome)).toEqual([]);
  });

  test("is decided by the seed alone, to the last turn", async () => {
    const one = await simulate({ seed: 42, faultOneIn: 20 });
    const two = await simulate({ seed: 42, faultOneIn: 20 });
    expect(two).toEqual(one);
    const other = await simulate({ seed: 43, faultOneIn: 20 });
    expect(other.story).not.toEqual(one.story);
  });
});

describe("a planted bug is caught", () => {
  test("there are at least twenty of them", () => {
    expect(plantedBugs.length).toBeGreaterThanOrEqual(20);
    expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
  });

  test.each(plantedBugs)(
    "$name",
    async (bug) => {
      for (let seed = 0; seed < 60; seed += 1) {
        const { violations } = await simulate({ seed, bug, faultOneIn: 20 });
        if (violations.length > 0) return;
      }
      expect.fail("no promise was broken in 60 runs");
    },
    300_000,
  );

  test("and told with fewer faults, as a story", async () => {
    const [bug] = plantedBugs.filter(
      ({ name }) => name === "an error that passes is taken for the end",
    );
    for (let seed = 0; seed < 60; seed += 1) {
      const options = { seed, faultOneIn: 20, ...(bug === undefined ? {} : { bug }) };
      const failing = await simulate(options);
      if (failing.violations.length === 0) continue;
      const short = await shrunk(options, failing);
      expect(short.violations.length).toBeGreaterThan(0);
      expect(short.injected.length).toBeLessThan(failing.injected.length);
      expect(storyOf(short)).toMatch(new RegExp(`^seed ${seed}\n`));
      expect(storyOf(short)).toMatch(/ FAULT .*\n/);
      expect(storyOf(short)).toMatch(/ BROKEN /);
      return;
    }
    expect.fail("the bug was not caught");
  }, 120_000);
});

describe("bellwether simulate", () => {
  test("prints its figures", async () => {
    const { code, out } = await run("simulate", "--runs", "2", "--seed", "5", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ runs: 2, runsWithViolations: 0 });
  });

  test("refuses what is no number", async () => {
    const { code, err } = await run("simulate", "--runs", "many");
    expect(code).toBe(2);
    expect(err).toContain('--runs: expected a whole number, got "many"');
  });
});
