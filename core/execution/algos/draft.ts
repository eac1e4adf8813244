import { type Decimal, decimal, roundDown, smaller, textOf, ZERO } from "../../domain/decimal.ts";
import type { AlgoState, AlgoStep, Child, ChildOrder } from "./state.ts";
import { committedOf, filledOf, sumOf } from "./state.ts";

/** A step in the making: the state so far, and what is to be sent and cancelled. */
export class AlgoDraft {
  state: AlgoState;
  private readonly children: ChildOrder[] = [];
  private readonly cancels: string[] = [];

  constructor(state: AlgoState) {
    this.state = state;
  }

  get step(): AlgoStep {
    return { state: this.state, children: this.children, cancels: this.cancels };
  }
  /** Whether a child may still fill. */
  get isLive(): boolean {
    return this.state.children.some(({ phase }) => phase !== "ended");
  }
  get filled(): Decimal {
    return sumOf(this.state, filledOf);
  }
  get committed(): Decimal {
    return sumOf(this.state, committedOf);
  }
  get quantity(): Decimal {
    return decimal(this.state.parent.quantity);
  }

  set(changes: Partial<AlgoState>): void {
    this.state = { ...this.state, ...changes };
  }

  setChild(id: string, changes: Partial<Child>): void {
    const children = this.state.children.map((one) =>
      one.id === id ? { ...one, ...changes } : one,
    );
    this.set({ children });
  }

  /**
   * Sends a child of at most this much, in whole lots and never more than the parent has free: the
   * one place where children are made, and so the one that keeps them from over-filling.
   */
  send(wanted: Decimal, limitPrice: Decimal | null, reason: string): void {
    const { parent, children, nowMs } = this.state;
    const free = this.quantity - this.committed;
    const quantity = roundDown(smaller(wanted, free), decimal(parent.lot));
    if (quantity <= ZERO) return;
    const id = `${parent.id}.${children.length + 1}`;
    const type = limitPrice === null ? "market" : "limit";
    const { side } = parent;
    this.children.push({ id, algoParentId: parent.id, side, quantity, type, limitPrice, reason });
    const made: Child = {
      id,
      quantity: textOf(quantity),
      filled: "0",
      reported: "0",
      limitPrice: limitPrice === null ? null : textOf(limitPrice),
      sentMs: nowMs,
      phase: "working",
    };
    this.set({ children: [...children, made] });
  }

  /** Asks for a child to be cancelled; it counts as live until the venue says that it ended. */
  cancel({ id, phase }: Child): void {
    if (phase !== "working") return;
    this.cancels.push(id);
    this.setChild(id, { phase: "cancelling" });
  }

  cancelAll(): void {
    for (const one of this.state.children) this.cancel(one);
  }
}

/** The parent's limit price, or null. */
export function limitOf({ parent }: AlgoState): Decimal | null {
  return parent.limitPrice === null ? null : decimal(parent.limitPrice);
}
