import * as z from "zod";
import { type Decimal, decimal, larger, ZERO } from "../../domain/decimal.ts";
import type { Instrument } from "../../domain/instrument.ts";
import { type Side, side } from "../../domain/order.ts";
import { timeMs } from "../../domain/schema.ts";

/** State is plain JSON, so amounts are text in it: `JSON.stringify` is the whole snapshot. */
const amount = z.string().regex(/^\d{1,30}(\.\d{1,9})?$/, "expected a decimal of at least 0");

const child = z.object({
  id: z.string(),
  quantity: amount,
  filled: amount,
  /** What the venue said had filled when the child ended: fills up to it may still arrive. */
  reported: amount,
  limitPrice: amount.nullable(),
  sentMs: timeMs,
  phase: z.enum(["working", "cancelling", "ended"]),
});
/** What is kept of one child order. */
export type Child = Readonly<z.output<typeof child>>;

const plan = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("immediate") }),
  z.object({
    kind: z.literal("schedule"),
    /** From each time on, this much in total is to have been sent. */
    slices: z.array(z.object({ timeMs, total: amount })).readonly(),
    /** Index of the first slice that has not had its turn. */
    next: z.int(),
  }),
  z.object({ kind: z.literal("iceberg"), displayQuantity: amount }),
  z.object({
    kind: z.literal("chase"),
    peg: z.enum(["near", "mid", "far"]),
    intervalMs: z.int(),
    chasesLeft: z.int(),
    quote: z.object({ bid: z.number(), ask: z.number() }).nullable(),
  }),
]);
/** What is left to do, by kind of algo; TWAP and VWAP are both schedules. */
export type Plan = Readonly<z.output<typeof plan>>;

/** Everything that an algo keeps between events. */
export const algoStateSchema = z.object({
  format: z.literal(1),
  parent: z.object({
    id: z.string(),
    side,
    quantity: amount,
    limitPrice: amount.nullable(),
    tick: amount,
    lot: amount,
  }),
  plan,
  deadlineMs: timeMs.nullable(),
  leftover: z.enum(["cancel", "complete"]),
  /** The latest time seen; earlier ones that arrive late do not turn it back. */
  nowMs: timeMs,
  /** Working by plan; waiting for cancels; sending the rest at once; over. */
  phase: z.enum(["working", "finishing", "completing", "done"]),
  children: z.array(child).readonly(),
  /** Execution ids already counted. */
  executions: z.array(z.string()).readonly(),
});
/** The state as it is between events: plain JSON. */
export type AlgoState = Readonly<z.output<typeof algoStateSchema>>;

/** The order to be worked. */
export interface AlgoParent {
  readonly id: string;
  readonly side: Side;
  /** In whole lots. */
  readonly quantity: Decimal;
  /** No child is ever priced worse, dollars; null for none. */
  readonly limitPrice: Decimal | null;
  readonly instrument: Pick<Instrument, "tick" | "lot">;
  readonly startMs: number;
  /** When bucket 0 of a volume profile begins; null for the start. */
  readonly sessionOpenMs: number | null;
}

/** What an algo is told. */
export type AlgoEvent =
  | { readonly kind: "clock"; readonly timeMs: number }
  | { readonly kind: "quote"; readonly timeMs: number; readonly bid: number; readonly ask: number }
  | {
      readonly kind: "fill";
      readonly timeMs: number;
      readonly childId: string;
      readonly executionId: string;
      readonly quantity: Decimal;
    }
  | {
      /** The child is cancelled, rejected or expired. */
      readonly kind: "ended";
      readonly timeMs: number;
      readonly childId: string;
      /** What the venue says has filled of it, when it says so: guards against fills still due. */
      readonly filledQuantity?: Decimal;
    };

/** An order to be sent for the parent. */
export interface ChildOrder {
  readonly id: string;
  readonly algoParentId: string;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly type: "market" | "limit";
  readonly limitPrice: Decimal | null;
  readonly reason: string;
}

/** What an event leads to: the state after it, children to send and ids of children to cancel. */
export interface AlgoStep {
  readonly state: AlgoState;
  readonly children: readonly ChildOrder[];
  readonly cancels: readonly string[];
}

/** Reads a state back. @throws ZodError naming the field that is no part of a state. */
export function parseAlgoState(json: unknown): AlgoState {
  return algoStateSchema.parse(json);
}

/** Sum of one amount over the children. */
export function sumOf(state: AlgoState, amountOf: (child: Child) => Decimal): Decimal {
  return state.children.reduce((sum, one) => sum + amountOf(one), ZERO);
}

/** What a child has filled, as far as is known. */
export function filledOf({ filled, reported }: Child): Decimal {
  return larger(decimal(filled), decimal(reported));
}

/** What a child may still come to: all of it while it lives, what has filled once it has ended. */
export function committedOf(one: Child): Decimal {
  const filled = filledOf(one);
  if (one.phase === "ended") return filled;
  return larger(filled, decimal(one.quantity));
}
