import * as z from "zod";
import { side } from "../../domain/order.ts";
import { decimalText, timeMs } from "../../domain/schema.ts";

const child = z.object({
  /** The parent's id, `.c` and the number of the child from 1 on. */
  id: z.string(),
  quantity: decimalText,
  filled: decimalText,
  /** What the venue said had filled when the child ended: fills up to it may still arrive. */
  reported: decimalText,
  limitPrice: decimalText.nullable(),
  sentMs: timeMs,
  phase: z.enum(["working", "cancelling", "ended"]),
});
/** What is kept of one child order. */
export type Child = Readonly<z.output<typeof child>>;

const slice = z.object({
  timeMs,
  /** From its time on, this much in total is to have been sent. */
  total: decimalText,
  /** The most that one child of it may be, in whole lots; null for no bound. */
  most: decimalText.nullable(),
});
/** One turn of a schedule. */
export type Slice = Readonly<z.output<typeof slice>>;

const plan = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("immediate") }),
  z.object({
    kind: z.literal("schedule"),
    slices: z.array(slice).readonly(),
    /** Index of the first slice that has not had its turn. */
    next: z.int(),
  }),
  z.object({ kind: z.literal("iceberg"), displayQuantity: decimalText }),
  z.object({
    kind: z.literal("chase"),
    peg: z.enum(["near", "mid", "far"]),
    chaseTicks: z.int(),
    intervalMs: z.int(),
    chasesLeft: z.int(),
    quote: z.object({ timeMs, bid: z.number(), ask: z.number() }).nullable(),
  }),
]);
/** What is left to do, by kind of algo; TWAP and VWAP are both schedules. */
export type Plan = Readonly<z.output<typeof plan>>;
/** The plan of one kind. */
export type PlanOf<K extends Plan["kind"]> = Extract<Plan, { kind: K }>;

/**
 * Everything that an algo keeps between events. `z.encode` makes it plain JSON with decimals as
 * text, `z.decode` reads it back and names the field that is no part of a state.
 */
export const algoState = z.object({
  format: z.literal(1),
  parent: z.object({
    id: z.string(),
    side,
    quantity: decimalText,
    worstPrice: decimalText.nullable(),
    tick: decimalText,
    lot: decimalText,
  }),
  plan,
  deadlineMs: timeMs.nullable(),
  leftover: z.enum(["market", "cancel"]),
  retry: z.object({
    left: z.int(),
    waitMs: z.int(),
    /** Before this nothing is sent again. */
    fromMs: timeMs.nullable(),
  }),
  /** The latest time seen; earlier ones that arrive late do not turn it back. */
  nowMs: timeMs,
  /** Working by plan; waiting for cancels; sending the rest at once; over. */
  phase: z.enum(["working", "finishing", "completing", "done"]),
  children: z.array(child).readonly(),
  /** Execution ids already counted. */
  executions: z.array(z.string()).readonly(),
});
/** The state of an algo in memory, its decimals read. */
export type AlgoState = Readonly<z.output<typeof algoState>>;
