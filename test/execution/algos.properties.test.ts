import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Decimal, ONE, smaller, ZERO } from "../../core/domain/decimal.ts";
import { step } from "../../core/execution/algos/algo.ts";
import { progressOf } from "../../core/execution/algos/progress.ts";
import { evenSchedule, volumeSchedule } from "../../core/execution/algos/schedule.ts";
import { clock, type Options } from "./algos.fixtures.ts";
import { type Deed, deed, type Manners, SlowVenue } from "./algos.venue.ts";
import { d, seeded } from "./fixtures.ts";

const timed = { durationMs: 60_000 };
const completing: readonly Options[] = [
  { kind: "immediate" },
  { kind: "twap", ...timed, slices: 5, leftover: "market" },
  { kind: "vwap", ...timed, slices: 4, bucketMs: 9_000, profile: [9, 0, 4, 8], leftover: "market" },
  { kind: "iceberg", ...timed, displayQuantity: "13", leftover: "market" },
  { kind: "chase", ...timed, intervalMs: 1_000, leftover: "market" },
];
const patient: readonly Options[] = [
  { kind: "twap", ...timed, slices: 7 },
  { kind: "vwap", ...timed, slices: 6, bucketMs: 10_000, profile: [9, 2, 1, 0, 1, 4, 8] },
  { kind: "iceberg", retries: 2 },
  { kind: "chase", ...timed, retries: 1 },
];
const bounded = {
  kind: "vwap",
  ...timed,
  bucketMs: 10_000,
  profile: [90, 20, 10, 5, 40, 80],
  participation: 0.25,
};

const worldOf = (algos: readonly Options[]) =>
  fc.record({
    options: fc.constantFrom(...algos),
    lot: fc.constantFrom<Decimal>(ONE, d("0.001"), 100n * ONE),
    size: fc.bigInt({ min: 1n, max: 300n }),
    deeds: fc.array(deed, { maxLength: 60 }),
  });
const world = worldOf([...completing, ...patient, bounded]);
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function opened({ options, lot, size }: World, manners?: Manners) {
  // An iceberg shows 13, so a lot of a hundred cannot be shown.
  const fits = options.kind === "iceberg" ? smaller(lot, ONE) : lot;
  const quantity = size * fits;
  return { venue: new SlowVenue(options, quantity, fits, manners), quantity };
}

function lived(one: World, manners?: Manners): SlowVenue {
  const { venue } = opened(one, manners);
  for (const each of one.deeds) venue.do(each);
  return venue;
}

describe("algos against a slow and forgetful venue", () => {
  test("children that may still fill never add up to more than the order, at any instant", () => {
    fc.assert(
      fc.property(world, fc.boolean(), (one, isFilling) => {
        const venue = lived(one);
        venue.settle(isFilling);
        const { filled, done } = progressOf(venue.algo.state);
        expect({ filled, done }).toEqual({ filled: venue.filled, done: true });
      }),
      seeded("algos never over-fill", 20260109, 400),
    );
  });
  test("where an end hides what filled, children are taken back as soon as it is known", () => {
    fc.assert(
      fc.property(world, fc.boolean(), (one, isFilling) => {
        const venue = lived(one, { isFrank: false });
        venue.settle(isFilling);
        const { filled, done } = progressOf(venue.algo.state);
        expect({ filled, done }).toEqual({ filled: venue.filled, done: true });
      }),
      seeded("algos take back", 20260110, 400),
    );
  });
  test("where the venue ends nothing by itself, the fills come to equal the order", () => {
    const isKind = ({ kind }: Deed) => kind !== "end";
    fc.assert(
      fc.property(worldOf(completing), (one) => {
        const { venue, quantity } = opened(one);
        for (const each of one.deeds.filter(isKind)) venue.do(each);
        venue.settle(true);
        expect(venue.algo.state.phase).toBe("done");
        expect(venue.filled).toBe(quantity);
      }),
      seeded("algos complete", 20260111, 200),
    );
  });
  test("a cold start before each event changes nothing of what is sent or kept", () => {
    fc.assert(
      fc.property(world, (one) => {
        const warm = lived(one);
        const cold = lived(one, { isCold: true });
        expect(cold.seen).toEqual(warm.seen);
        expect(cold.algo.state).toEqual(warm.algo.state);
      }),
      seeded("algos cold and warm", 20260112, 200),
    );
  });
  test("everything that was told before may be told again without effect", () => {
    fc.assert(
      fc.property(world, (one) => {
        const { venue } = opened(one);
        const told = one.deeds.flatMap((each) => {
          const reports = [...venue.reports];
          venue.do(each);
          return each.kind === "tell" ? reports.slice(each.pick % reports.length).slice(0, 1) : [];
        });
        for (const repeat of [...told.toReversed(), clock(venue.now), clock(0)]) {
          const again = step(venue.algo.state, repeat);
          expect(again.actions).toEqual([]);
          expect(again.state).toBe(venue.algo.state);
        }
      }),
      seeded("algos and repeats", 20260113, 200),
    );
  });
});

describe("schedules", () => {
  test("rise to the whole quantity in whole lots, and even slices differ by one lot at most", () => {
    const lots = fc.bigInt({ min: 1n, max: 10n ** 12n });
    const slices = fc.integer({ min: 1, max: 1_000 });
    const profile = fc
      .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true })), {
        minLength: 1,
        maxLength: 40,
      })
      .filter((volumes) => volumes.some((volume) => volume > 0));
    fc.assert(
      fc.property(lots, slices, profile, (count, n, volumes) => {
        const lot = d("0.01");
        const window = { quantity: count * lot, lot, startMs: 0, durationMs: 60_000, slices: n };
        const even = sizes(evenSchedule(window).slices);
        const least = count / BigInt(n);
        expect(even.every((size) => size / lot === least || size / lot === least + 1n)).toBe(true);
        const by = { profile: volumes, bucketMs: 1_500, openMs: 0, participation: null };
        for (const all of [even, sizes(volumeSchedule(window, by).slices)]) {
          expect(all.every((size) => size >= ZERO && size % lot === ZERO)).toBe(true);
          expect(all.reduce((a, b) => a + b, ZERO)).toBe(window.quantity);
        }
      }),
      seeded("schedules", 20260114, 100),
    );
  });
});

function sizes(slices: readonly { readonly total: Decimal }[]): Decimal[] {
  return slices.map(({ total }, i) => total - (slices[i - 1]?.total ?? ZERO));
}
