import fc from "fast-check";
import { expect } from "vitest";
import { type Decimal, larger, ONE, smaller } from "../../core/domain/decimal.ts";
import { nextWakeMs, start, step } from "../../core/execution/algos/algo.ts";
import type {
  AlgoAction,
  AlgoEvent,
  AlgoStep,
  ChildOrder,
} from "../../core/execution/algos/messages.ts";
import { algoSchema } from "../../core/execution/algos/params.ts";
import { progressOf } from "../../core/execution/algos/progress.ts";
import type { AlgoState } from "../../core/execution/algos/state.ts";
import { clock, type Options, parent, thawed, words } from "./algos.fixtures.ts";
import { d } from "./fixtures.ts";

/** What the world does next; numbers pick among whatever there is then. */
export const deed = fc.oneof(
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
export type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

interface Live {
  readonly child: ChildOrder;
  filled: Decimal;
  over: boolean;
}

/** How a slow venue and the algo before it behave. */
export interface Manners {
  /** Whether the algo's state goes through text before each event. */
  readonly isCold?: boolean;
  /** Whether the end of a child says how much of it has filled. */
  readonly isFrank?: boolean;
}

/**
 * A venue whose news travel slowly: it fills and ends children at any time, and its reports reach
 * the algo late, in any order and more than once. A cancel is but a wish to it. At each step it
 * holds the algo to its promises: what may still fill and has never adds up to more than the order;
 * where ends hide what has filled, that goes for what is known of children not taken back.
 */
export class SlowVenue {
  now = 0;
  algo: AlgoStep;
  readonly seen: string[] = [];
  readonly orders: Live[] = [];
  readonly reports: AlgoEvent[] = [];
  readonly lot: Decimal;
  readonly manners: Manners;

  constructor(options: Options, quantity: Decimal, lot: Decimal = ONE, manners: Manners = {}) {
    this.lot = lot;
    this.manners = manners;
    const algo = algoSchema.parse({ ...options, worstPrice: "10.5" });
    this.algo = start(algo, parent({ quantity, instrument: { tick: d("0.01"), lot } }), 0);
    this.take();
  }

  get isFrank(): boolean {
    return this.manners.isFrank !== false;
  }

  get filled(): Decimal {
    return this.orders.reduce((sum, { filled }) => sum + filled, 0n);
  }

  /** What could still fill, with what has. */
  get exposed(): Decimal {
    return this.orders.reduce(
      (sum, { over, filled, child }) => sum + (over ? filled : child.quantity),
      0n,
    );
  }

  tell(event: AlgoEvent): void {
    const { state } = this.algo;
    this.algo = step(this.manners.isCold === true ? thawed(state) : state, event);
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

  /**
   * Fills everything that works, or a part before it ends it, and tells it all backwards, so that
   * ends come before the fills that they end; until the algo is over.
   */
  settle(isFilling: boolean): void {
    for (let round = 0; round < 400 && this.algo.state.phase !== "done"; round += 1) {
      this.now += 1_000;
      for (const one of this.orders.filter(({ over }) => !over)) {
        this.fill(one, isFilling ? one.child.quantity : this.lot);
        if (!one.over) this.end(one);
      }
      this.tellAll();
      this.tell({ kind: "quote", timeMs: this.now, bid: 10, ask: 10.02 });
    }
    this.tellAll();
  }

  private tellAll(): void {
    for (const report of this.reports.splice(0).toReversed()) this.tell(report);
  }

  private fill(one: Live, most: Decimal): void {
    const quantity = smaller(most, one.child.quantity - one.filled);
    one.filled += quantity;
    one.over = one.filled === one.child.quantity;
    const executionId = `${one.child.id}.${one.filled}`;
    this.reports.push({ kind: "fill", childId: one.child.id, executionId, quantity });
  }

  private end(one: Live): void {
    one.over = true;
    this.reports.push({
      kind: "ended",
      childId: one.child.id,
      ...(this.isFrank && { filledQuantity: one.filled }),
    });
  }

  private take(): void {
    const { actions, state } = this.algo;
    this.seen.push(...words(actions));
    this.placed(actions);
    const { quantity } = state.parent;
    if (this.isFrank) expect(this.exposed <= quantity).toBe(true);
    const { filled, working, left } = progressOf(state);
    expect(left >= 0n && filled + working + left >= quantity).toBe(true);
    expect(wanted(state) <= larger(quantity, filled)).toBe(true);
    const wakeMs = nextWakeMs(state);
    expect(wakeMs === null || wakeMs > state.nowMs).toBe(true);
  }

  private placed(actions: readonly AlgoAction[]): void {
    for (const action of actions) {
      if (action.kind === "place") {
        expect(action.child.quantity % this.lot).toBe(0n);
        expect(action.child.id).toBe(`p.c${this.orders.length + 1}`);
        this.orders.push({ child: action.child, filled: 0n, over: false });
      } else expect(this.orders.some(({ child }) => child.id === action.childId)).toBe(true);
    }
  }
}

/** What has filled, with what still may of children that nobody has asked to cancel. */
function wanted({ children }: AlgoState): Decimal {
  return children.reduce((sum, { phase, quantity, filled, reported }) => {
    return sum + (phase === "working" ? larger(quantity, filled) : larger(filled, reported));
  }, 0n);
}
