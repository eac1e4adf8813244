import type { Ledger } from "../domain/book.ts";
import { type Decimal, decimalOf } from "../domain/decimal.ts";
import { InvariantError } from "../domain/errors.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Indicator, IndicatorState } from "../indicators/indicator.ts";
import type { PositionView } from "./define.ts";
import type { CompiledProfile } from "./profile.ts";
import type { SymbolState } from "./snapshot.ts";
import { FLAT, viewOf } from "./views.ts";

/** One instrument of a running profile: its state, beside what is derived from it for speed. */
export class Slot {
  readonly profile: CompiledProfile;
  readonly symbol: string;
  readonly instrument: Instrument;
  readonly state: SymbolState;
  /** The indicators on the strategy's own time frame, and their states in the same order. */
  readonly own: readonly Indicator[];
  readonly states: readonly IndicatorState[];
  private ledger: Ledger | undefined;
  private view: PositionView = FLAT;

  constructor(profile: CompiledProfile, instrument: Instrument, state: SymbolState) {
    this.profile = profile;
    this.symbol = instrument.symbol;
    this.instrument = instrument;
    this.state = state;
    this.own = profile.own.map((named) => named.indicator);
    this.states = profile.own.map(({ name }) => indicatorState(state, name));
  }

  /** Close of the last bar, or the last trade, dollars. */
  get price(): Decimal {
    return decimalOf(this.state.lastPrice);
  }

  /** The profile's position in this instrument; made anew only when a fill made a new ledger. */
  position(ledger: Ledger): PositionView {
    if (ledger !== this.ledger) {
      this.ledger = ledger;
      this.view = viewOf(ledger.positions[this.symbol]);
    }
    return this.view;
  }
}

/** The state of a named indicator; it must exist, as snapshots are made from the same profile. */
export function indicatorState(state: SymbolState, name: string): IndicatorState {
  const found = state.indicators[name];
  if (found === undefined) throw new InvariantError(`the snapshot lacks the indicator ${name}`);
  return found;
}
