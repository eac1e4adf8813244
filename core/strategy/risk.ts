import { absolute, type Decimal, decimalOf, multiply, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { RiskContext } from "../risk/assess.ts";
import type { Draft } from "./draft.ts";
import { equityExact } from "./equity.ts";
import type { Slot } from "./slot.ts";

/** What risk sees of a draft: each look is taken only by a rule that asks for it. */
export class DraftRisk implements RiskContext {
  private readonly draft: Draft;
  private readonly slot: Slot;

  constructor(draft: Draft, slot: Slot) {
    this.draft = draft;
    this.slot = slot;
  }
  get instrument(): Instrument {
    return this.slot.instrument;
  }
  get price(): Decimal {
    return decimalOf(this.slot.state.lastPrice);
  }
  get position(): Decimal {
    return this.draft.ledger.positions[this.slot.symbol]?.quantity ?? ZERO;
  }
  get noEntries(): string | null {
    return this.draft.state.noEntries;
  }
  get inUniverse(): boolean {
    const { runner, state } = this.draft;
    if (!runner.profile.universe.has(this.slot.symbol)) return false;
    return state.universe === null || state.universe.includes(this.slot.symbol);
  }
  get equity(): Decimal {
    return equityExact(this.draft);
  }
  get grossExposure(): Decimal {
    return this.values().reduce((sum, value) => sum + absolute(value), ZERO);
  }
  get netExposure(): Decimal {
    return this.values().reduce((sum, value) => sum + value, ZERO);
  }
  get openOrders(): number {
    const { name } = this.draft.runner.profile;
    return this.draft.book.orders.filter(({ request }) => request.profile === name).length;
  }
  get ordersToday(): number {
    return this.draft.state.day.orders;
  }
  get dayStartEquity(): Decimal {
    return decimalOf(this.draft.state.day.startEquity);
  }
  get peakEquity(): Decimal {
    return decimalOf(this.draft.state.day.peakEquity);
  }

  private values(): readonly Decimal[] {
    const { runner, state, ledger } = this.draft;
    return Object.values(ledger.positions).map(({ symbol, quantity }) => {
      const price = runner.slot(state, symbol)?.state.lastPrice ?? 0;
      return multiply(quantity, decimalOf(price));
    });
  }
}
