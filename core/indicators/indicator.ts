import type { Bar } from "../domain/market.ts";

/**
 * What every indicator keeps: plain JSON, so that a snapshot is `JSON.stringify` and nothing else.
 * The strategy reads the same object; `now` and `previous` hold 0 until the warm-up is full.
 */
export interface IndicatorState {
  /** Bars taken in so far. */
  count: number;
  /** The value at the last bar. */
  now: number;
  /** The value one bar before; equal to `now` on the first bar that has a value. */
  previous: number;
}

/**
 * A configured indicator: a reducer over bars with plain-JSON state.
 * `update` changes the state that it is given and nothing else, in O(1) where mathematics allows.
 */
export interface Indicator<S extends IndicatorState = IndicatorState> {
  /** Lower-case name, as in the `indicators` command: `ema`. */
  readonly name: string;
  readonly params: Readonly<Record<string, number | string>>;
  /** How many bars until `now` is defined: it is after exactly this many updates, not before. */
  readonly warmUp: number;
  /** For indicators of two instruments: the symbol whose bar of the same close comes as `other`. */
  readonly against?: string;
  /** A fresh state. */
  create(): S;
  /** Takes in one closed bar. `other` is the bar of the instrument named by `against`. */
  update(state: S, bar: Bar, other?: Bar): void;
  /**
   * Restates the past after a split or dividend: as if every earlier price had been multiplied by
   * `priceFactor` and every earlier volume by `volumeFactor`.
   */
  rescale(state: S, priceFactor: number, volumeFactor: number): void;
  /** The same for the past of the instrument named by `against`; left out where none is. */
  rescaleOther?(state: S, priceFactor: number, volumeFactor: number): void;
}
