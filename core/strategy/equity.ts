import { type Decimal, decimalOf, multiply } from "../domain/decimal.ts";
import type { Draft } from "./draft.ts";

/** Cash and positions at last prices as an exact decimal, dollars: what sizes are computed from. */
export function equityExact({ runner, state, ledger }: Draft): Decimal {
  let total = ledger.cash;
  for (const symbol in ledger.positions) {
    const position = ledger.positions[symbol];
    const slot = runner.slot(state, symbol);
    if (position === undefined || slot === undefined) continue;
    total += multiply(position.quantity, decimalOf(slot.state.lastPrice));
  }
  return total;
}

/** The same, reckoned only when it is asked for. */
export function equityWhenAsked(draft: Draft): () => Decimal {
  return () => equityExact(draft);
}
