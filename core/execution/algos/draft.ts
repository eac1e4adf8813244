import { type Decimal, roundDown, smaller, ZERO } from "../../domain/decimal.ts";
import type { AlgoAction, AlgoStep } from "./messages.ts";
import { committedIn, isLive } from "./progress.ts";
import type { AlgoState, Child } from "./state.ts";

/** A step in the making: the state so far, and what is to be done. */
export class AlgoDraft {
  state: AlgoState;
  private readonly actions: AlgoAction[] = [];

  constructor(state: AlgoState) {
    this.state = state;
  }

  get step(): AlgoStep {
    return { state: this.state, actions: this.actions };
  }

  /** Whether a child may still fill. */
  get isLive(): boolean {
    return this.state.children.some(isLive);
  }

  set(changes: Partial<AlgoState>): void {
    this.state = { ...this.state, ...changes };
  }

  setChild(id: string, changes: Partial<Child>): void {
    const { children } = this.state;
    this.set({ children: children.map((one) => (one.id === id ? { ...one, ...changes } : one)) });
  }

  /**
   * Places a child of at most this much, in whole lots and never more than the parent has left: the
   * one place where children are made, and so the one that keeps them from over-filling.
   */
  place(wanted: Decimal, limitPrice: Decimal | null, reason: string, mayRest = true): void {
    const { parent, children, nowMs } = this.state;
    const left = parent.quantity - committedIn(this.state);
    const quantity = roundDown(smaller(wanted, left), parent.lot);
    if (quantity <= ZERO) return;
    const id = `${parent.id}.c${children.length + 1}`;
    const { side } = parent;
    this.actions.push({
      kind: "place",
      child: { id, side, quantity, limitPrice, mayRest, reason },
    });
    const made: Child = {
      id,
      quantity,
      filled: ZERO,
      reported: ZERO,
      limitPrice,
      sentMs: nowMs,
      phase: "working",
    };
    this.set({ children: [...children, made] });
  }

  /** Asks for a child to be cancelled; it counts as live until the venue says that it ended. */
  cancel({ id, phase }: Child): void {
    if (phase !== "working") return;
    this.actions.push({ kind: "cancel", childId: id });
    this.setChild(id, { phase: "cancelling" });
  }

  cancelAll(): void {
    for (const one of this.state.children) this.cancel(one);
  }
}
