import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Decimal, ONE, smaller } from "../../core/domain/decimal.ts";
import { progressOf, start, step } from "../../core/execution/algos/algo.ts";
import { algoSchema } from "../../core/execution/algos/params.ts";
import {
  type AlgoEvent,
  type AlgoStep,
  type ChildOrder,
  parseAlgoState,
} from "../../core/execution/algos/state.ts";
import { clock, type Options, parent, words } from "./algos.fixtures.ts";
import { d, seeded } from "./fixtures.ts";

const DURATION = 60_000;
const algos: readonly Options[] = [
  { kind: "immediate" },
  { kind: "twap", durationMs: DURATION, slices: 7 },
  { kind: "twap", durationMs: DURATION, slices: 5, leftover: "complete" },
  { kind: "vwap", durationMs: DURATION, bucketMs: 10_000, profile: [9, 2, 1, 0, 1, 4, 8] },
  { kind: "iceberg", displayQuantity: "13", durationMs: DURATION, leftover: "complete" },
  { kind: "chase", durationMs: DURATION, intervalMs: 1_000, leftover: "complete" },
];

/** What the world does next; numbers pick among whatever there is then. */
const deed = fc.oneof(
  fc.record({ kind: fc.constant("tick" as const), ms: fc.integer({ min: 0, max: 15_000 }) }),
  fc.record({ kind: fc.constant("quote" as const), cents: fc.integer({ min: 900, max: 1_100 }) }),
  fc.record({
    kind: fc.constant("fill" as const),
    pick: fc.nat(),
    lots: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ kind: fc.constant("end" as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant("tell" as const), pick: fc.nat(), isAgain: fc.boolean() }),
);
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

interface Live extends ChildOrder {
  filled: Decimal;
  over: boolean;
}

/**
 * A venue whose news travel slowly: it fills and ends children at any time, and its reports reach
 * the algo late, in any order and more than once.
 */
class SlowVenue {
  now = 0;
  algo: AlgoStep;
  readonly seen: string[] = [];
  readonly orders: Live[] = [];
  readonly reports: AlgoEvent[] = [];
  readonly lot: Decimal;

  constructor(options: Options, quantity: Decimal, lot: Decimal) {
    this.lot = lot;
    const limitPrice = d("10.5");
    const instrument = { tick: d("0.01"), lot };
    this.algo = start(algoSchema.parse(options), parent({ quantity, limitPrice, instrument }));
    this.take();
  }

  get filled(): Decimal {
    return this.orders.reduce((sum, { filled }) => sum + filled, 0n);
  }
  /** What could still fill, with what has. */
  get exposed(): Decimal {
    return this.orders.reduce((sum, one) => sum + (one.over ? one.filled : one.quantity), 0n);
  }

  tell(event: AlgoEvent): void {
    const state = parseAlgoState(JSON.parse(JSON.stringify(this.algo.state)));
    expect(state).toEqual(this.algo.state);
    this.algo = step(state, event);
    this.take();
  }

  do(one: Deed): void {
    const open = this.orders.filter(({ over }) => !over);
    const picked = "pick" in one ? open[one.pick % open.length] : undefined;
    if (one.kind === "tick") {
      this.now += one.ms;
      this.tell(clock(this.now));
    } else if (one.kind === "quote") {
      const bid = one.cents / 100;
      this.tell({ kind: "quote", timeMs: this.now, bid, ask: bid + 0.02 });
    } else if (one.kind === "tell") {
      const index = one.pick % this.reports.length;
      const report = this.reports[index];
      if (report !== undefined) this.tell(report);
      if (!one.isAgain) this.reports.splice(index, 1);
    } else if (one.kind === "end" && picked !== undefined) this.end(picked);
    else if (one.kind === "fill" && picked !== undefined) {
      this.fill(picked, BigInt(one.lots) * this.lot);
    }
  }

  /** Ends everything that works, and tells all that is not told yet. */
  settle(isFilling: boolean): void {
    for (let round = 0; round < 200 && this.algo.state.phase !== "done"; round += 1) {
      this.now += 1_000;
      for (const one of this.orders.filter(({ over }) => !over)) {
        if (isFilling) this.fill(one, one.quantity);
        else this.end(one);
      }
      for (const report of this.reports.splice(0)) this.tell(report);
      this.tell({ kind: "quote", timeMs: this.now, bid: 10, ask: 10.02 });
    }
    for (const report of this.reports.splice(0)) this.tell(report);
  }

  private fill(one: Live, most: Decimal): void {
    const quantity = smaller(most, one.quantity - one.filled);
    one.filled += quantity;
    one.over = one.filled === one.quantity;
    const executionId = `${one.id}.${one.filled}`;
    this.reports.push({ kind: "fill", timeMs: this.now, childId: one.id, executionId, quantity });
  }

  private end(one: Live): void {
    one.over = true;
    const filledQuantity = one.filled;
    this.reports.push({ kind: "ended", timeMs: this.now, childId: one.id, filledQuantity });
  }

  private take(): void {
    this.seen.push(...words(this.algo));
    for (const child of this.algo.children) {
      expect(child.quantity % this.lot).toBe(0n);
      this.orders.push({ ...child, filled: 0n, over: false });
    }
    // A cancel is only a wish: the venue may fill the child first.
    for (const id of this.algo.cancels) expect(this.orders.some((one) => one.id === id)).toBe(true);
  }
}

const lots = fc.constantFrom<Decimal>(ONE, d("0.001"), 100n * ONE);
const world = fc.record({
  options: fc.constantFrom(...algos),
  lot: lots,
  size: fc.bigInt({ min: 1n, max: 300n }),
  deeds: fc.array(deed, { maxLength: 60 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function live({ options, lot, size, deeds }: World): { venue: SlowVenue; quantity: Decimal } {
  // An iceberg shows 13, so a lot of a hundred cannot be shown.
  const fits = options.kind === "iceberg" ? smaller(lot, ONE) : lot;
  const quantity = size * fits;
  const venue = new SlowVenue(options, quantity, fits);
  for (const one of deeds) {
    venue.do(one);
    expect(venue.exposed <= quantity).toBe(true);
  }
  return { venue, quantity };
}

describe("algos against a slow and forgetful venue", () => {
  test("children that may still fill never add up to more than the order", () => {
    fc.assert(
      fc.property(world, fc.boolean(), (one, isFilling) => {
        const { venue, quantity } = live(one);
        venue.settle(isFilling);
        expect(venue.exposed <= quantity).toBe(true);
        expect(progressOf(venue.algo.state).filled).toBe(venue.filled);
      }),
      seeded("algos never over-fill", 20260109, 400),
    );
  });
  test("where the venue fills all that it is sent, the fills equal the order", () => {
    fc.assert(
      fc.property(fc.constantFrom(...algos), fc.bigInt({ min: 1n, max: 300n }), (options, size) => {
        const venue = new SlowVenue(options, size * ONE, ONE);
        venue.settle(true);
        expect(venue.algo.state.phase).toBe("done");
        expect(venue.filled).toBe(size * ONE);
      }),
      seeded("algos complete", 20260110, 100),
    );
  });
  test("the same events give the same children, and a repeated event gives no more", () => {
    fc.assert(
      fc.property(world, (one) => {
        const { venue } = live(one);
        expect(live(one).venue.seen).toEqual(venue.seen);
        const last = venue.algo;
        const again = step(last.state, clock(venue.now));
        expect(words(step(again.state, clock(venue.now)))).toEqual([]);
        expect(step(again.state, clock(venue.now)).state).toEqual(again.state);
      }),
      seeded("algos deterministic", 20260111, 150),
    );
  });
});
