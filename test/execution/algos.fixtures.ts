import { ONE, textOf } from "../../core/domain/decimal.ts";
import { start, step } from "../../core/execution/algos/algo.ts";
import { algoSchema } from "../../core/execution/algos/params.ts";
import {
  type AlgoEvent,
  type AlgoParent,
  type AlgoState,
  type AlgoStep,
  type ChildOrder,
  parseAlgoState,
} from "../../core/execution/algos/state.ts";
import { d } from "./fixtures.ts";

/** Parameters as a configuration file has them. */
export interface Options {
  readonly kind: string;
  readonly [name: string]: unknown;
}

/** Buy 100 shares of a cent's tick from time 0, no limit price. */
export function parent(changes: Partial<AlgoParent> = {}): AlgoParent {
  return {
    id: "p",
    side: "buy",
    quantity: d("100"),
    limitPrice: null,
    instrument: { tick: d("0.01"), lot: ONE },
    startMs: 0,
    sessionOpenMs: null,
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
export const fill = (
  child: number,
  quantity: string,
  executionId = `e${child}`,
  timeMs = 0,
): AlgoEvent => ({
  kind: "fill",
  timeMs,
  childId: `p.${child}`,
  executionId,
  quantity: d(quantity),
});
export const ended = (child: number, filled?: string, timeMs = 0): AlgoEvent => ({
  kind: "ended",
  timeMs,
  childId: `p.${child}`,
  ...(filled !== undefined && { filledQuantity: d(filled) }),
});

/** What a step asks for, as words: `2: 50`, `2: 50 @ 10.01`, `cancel 1`. */
export function words({ children, cancels }: Pick<AlgoStep, "children" | "cancels">): string[] {
  const sent = ({ id, quantity, limitPrice }: ChildOrder) =>
    `${id.slice(2)}: ${textOf(quantity)}${limitPrice === null ? "" : ` @ ${textOf(limitPrice)}`}`;
  return [...cancels.map((id) => `cancel ${id.slice(2)}`), ...children.map(sent)];
}

/** An algo in use: each event is answered in words, and state goes through JSON in between. */
export class Worked {
  state: AlgoState;
  readonly first: string[];

  constructor(options: Options, of: AlgoParent = parent()) {
    const begun = start(algoSchema.parse(options), of);
    this.state = begun.state;
    this.first = words(begun);
  }

  on(event: AlgoEvent): string[] {
    const next = step(parseAlgoState(JSON.parse(JSON.stringify(this.state))), event);
    this.state = next.state;
    return words(next);
  }
}
