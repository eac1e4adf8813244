import * as z from "zod";
import { ONE, textOf } from "../../core/domain/decimal.ts";
import { start, step } from "../../core/execution/algos/algo.ts";
import type { AlgoAction, AlgoEvent, AlgoParent } from "../../core/execution/algos/messages.ts";
import { algoSchema } from "../../core/execution/algos/params.ts";
import { type AlgoState, algoState } from "../../core/execution/algos/state.ts";
import { d } from "./fixtures.ts";

/** Parameters as a configuration file has them. */
export interface Options {
  readonly kind: string;
  readonly [name: string]: unknown;
}

/** Buy 100 shares of a cent's tick. */
export function parent(changes: Partial<AlgoParent> = {}): AlgoParent {
  return {
    id: "p",
    side: "buy",
    quantity: d("100"),
    instrument: { tick: d("0.01"), lot: ONE },
    ...changes,
  };
}

export const clock = (timeMs: number): AlgoEvent => ({ kind: "clock", timeMs });
export const quote = (timeMs: number, bid: number, ask: number): AlgoEvent => ({
  kind: "quote",
  timeMs,
  bid,
  ask,
});
export const fill = (child: number, quantity: string, executionId = `e${child}`): AlgoEvent => ({
  kind: "fill",
  childId: `p.c${child}`,
  executionId,
  quantity: d(quantity),
});
export const ended = (child: number, filled?: string): AlgoEvent => ({
  kind: "ended",
  childId: `p.c${child}`,
  ...(filled !== undefined && { filledQuantity: d(filled) }),
});

/** What a step asks for, as words: `c2: 50`, `c2: 50 @ 10.01 ioc`, `cancel c1`. */
export function words(actions: readonly AlgoAction[]): string[] {
  return actions.map((action) => {
    if (action.kind === "cancel") return `cancel ${action.childId.slice(2)}`;
    const { id, quantity, limitPrice, mayRest } = action.child;
    const price = limitPrice === null ? "" : ` @ ${textOf(limitPrice)}`;
    return `${id.slice(2)}: ${textOf(quantity)}${price}${mayRest ? "" : " ioc"}`;
  });
}

/** A cold start: the state as text, and read back. */
export function thawed(state: AlgoState): AlgoState {
  return z.decode(algoState, JSON.parse(JSON.stringify(z.encode(algoState, state))));
}

/** An algo in use from time 0: events are answered in words, with a cold start before each. */
export class Worked {
  state: AlgoState;
  readonly first: string[];

  constructor(options: Options, of: AlgoParent = parent()) {
    const begun = start(algoSchema.parse(options), of, 0);
    this.state = begun.state;
    this.first = words(begun.actions);
  }

  on(event: AlgoEvent): string[] {
    const next = step(thawed(this.state), event);
    this.state = next.state;
    return words(next.actions);
  }
}
