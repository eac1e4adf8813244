import { type Decimal, larger, ZERO } from "../../domain/decimal.ts";
import type { AlgoState, Child } from "./state.ts";

/** How far an algo has come, in shares or coins. */
export interface AlgoProgress {
  readonly filled: Decimal;
  /** Sent and neither filled nor ended. */
  readonly working: Decimal;
  /** Neither filled nor working: the pool that children are made of; given up once it is done. */
  readonly left: Decimal;
  readonly done: boolean;
}

/**
 * How far an algo has come. The three quantities add up to the parent's, or to more once fills that
 * the venue kept quiet about at a child's end show that too much is out.
 */
export function progressOf(state: AlgoState): AlgoProgress {
  const filled = filledIn(state);
  const committed = committedIn(state);
  const left = larger(state.parent.quantity - committed, ZERO);
  return { filled, working: committed - filled, left, done: state.phase === "done" };
}

/** Whether a child may still fill. */
export function isLive({ phase }: Child): boolean {
  return phase !== "ended";
}

/** What has filled of all children, as far as is known. */
export function filledIn({ children }: AlgoState): Decimal {
  return children.reduce((sum, child) => sum + filledOf(child), ZERO);
}

/** What the children may come to: all of a live one, and of an ended one what has filled. */
export function committedIn({ children }: AlgoState): Decimal {
  return children.reduce((sum, child) => {
    const filled = filledOf(child);
    return sum + (isLive(child) ? larger(filled, child.quantity) : filled);
  }, ZERO);
}

function filledOf({ filled, reported }: Child): Decimal {
  return larger(filled, reported);
}
