import type { Bar } from "../domain/market.ts";
import { DAY_MS } from "../domain/time.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requireMs } from "./params.ts";
import { scaleValue } from "./rolling.ts";
import { typicalPrice } from "./source.ts";

/** What {@link vwap} and {@link anchoredVwap} keep. */
export interface VwapState extends IndicatorState {
  /** The session that is being summed: days since 1970, by its start. */
  day: number;
  /** Dollars and volume traded in it so far. */
  dollars: number;
  volume: number;
}

/** Options of {@link vwap}. */
export interface VwapOptions {
  /**
   * When a session starts, in milliseconds after midnight UTC. Default 0, as crypto has it. For US
   * equities with extended hours give 6 hours: no session of theirs is open then, summer or winter.
   */
  readonly dayStartMs?: number;
}

/**
 * Session VWAP: the mean price by volume since the session's first bar, a bar counting at its
 * typical price; that price itself until something trades. Bars belong to a session by when they
 * open. Warm-up 1.
 * @throws InputError unless `dayStartMs` is an integer from 0.
 * @see Berkowitz, Logue and Noser 1988, The Total Cost of Transactions on the NYSE
 */
export function vwap({ dayStartMs = 0 }: VwapOptions = {}): Indicator<VwapState> {
  requireMs("vwap", "dayStartMs", dayStartMs);
  return {
    name: "vwap",
    params: { dayStartMs },
    warmUp: 1,
    create: () => ({ count: 0, now: 0, previous: 0, day: 0, dollars: 0, volume: 0 }),
    update(state, bar) {
      const day = Math.floor((bar.openTimeMs - dayStartMs) / DAY_MS);
      if (day !== state.day) {
        state.day = day;
        state.dollars = 0;
        state.volume = 0;
      }
      takeBar(state, bar);
    },
    rescale,
  };
}

/**
 * Anchored VWAP: the mean price by volume since the first bar that opens at `fromMs` (UTC) or
 * later.
 * Bars before are not taken in and do not count. Warm-up 1.
 * @throws InputError unless `fromMs` is an integer from 0.
 * @see Shannon 2022, Maximum Trading Gains with Anchored VWAP
 */
export function anchoredVwap(fromMs: number): Indicator<VwapState> {
  requireMs("anchored-vwap", "fromMs", fromMs);
  return {
    name: "anchored-vwap",
    params: { fromMs },
    warmUp: 1,
    create: () => ({ count: 0, now: 0, previous: 0, day: 0, dollars: 0, volume: 0 }),
    update(state, bar) {
      if (bar.openTimeMs >= fromMs) takeBar(state, bar);
    },
    rescale,
  };
}

function takeBar(state: VwapState, bar: Bar): void {
  const price = typicalPrice(bar);
  state.dollars += price * bar.volume;
  state.volume += bar.volume;
  const value = state.volume === 0 ? price : state.dollars / state.volume;
  state.count++;
  state.previous = state.count === 1 ? value : state.now;
  state.now = value;
}

function rescale(state: VwapState, priceFactor: number, volumeFactor: number): void {
  scaleValue(state, priceFactor);
  state.dollars *= priceFactor * volumeFactor;
  state.volume *= volumeFactor;
}
