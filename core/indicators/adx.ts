import type { Bar } from "../domain/market.ts";
import { extentOf } from "./atr.ts";
import { type Average, average, smooth } from "./average.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod } from "./params.ts";

/** `now` is the ADX, 0 to 100. */
export interface AdxState extends IndicatorState {
  /** The positive directional indicator, 0 to 100. */
  plusDi: number;
  /** The negative directional indicator, 0 to 100. */
  minusDi: number;
  lastHigh: number;
  lastLow: number;
  lastClose: number;
  /** Wilder's running sums of directional movement and true range. */
  plusMove: number;
  minusMove: number;
  range: number;
  average: Average;
}

/**
 * Average directional index with both directional indicators: Wilder's average of how one-sided the
 * directional movement is. Where there is no range at all the indicators are 0 and the ADX stands.
 * Warm-up `2·period`.
 * @throws InputError unless `period` is an integer from 2.
 * @see TA-Lib ADX, PLUS_DI, MINUS_DI; Wilder 1978, New Concepts in Technical Trading Systems
 */
export function adx(period = 14): Indicator<AdxState> {
  requirePeriod("adx", "period", period, 2);
  const alpha = 1 / period;
  const warmUp = 2 * period;
  return {
    name: "adx",
    params: { period },
    warmUp,
    create: fresh,
    update(state, bar) {
      state.count++;
      // The sums start plain over `period - 1` bars and decay from then on.
      const decay = state.count > period ? alpha : 0;
      if (state.count > 1) takeMove(state, bar, decay);
      state.lastHigh = bar.high;
      state.lastLow = bar.low;
      state.lastClose = bar.close;
      if (state.count <= period) return;
      const plusDi = state.range === 0 ? 0 : (100 * state.plusMove) / state.range;
      const minusDi = state.range === 0 ? 0 : (100 * state.minusMove) / state.range;
      const value = averageAfter(state.average, plusDi, minusDi, period, alpha);
      if (state.count < warmUp) return;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
      state.plusDi = plusDi;
      state.minusDi = minusDi;
    },
    rescale(state, priceFactor) {
      state.lastHigh *= priceFactor;
      state.lastLow *= priceFactor;
      state.lastClose *= priceFactor;
      state.plusMove *= priceFactor;
      state.minusMove *= priceFactor;
      state.range *= priceFactor;
    },
  };
}

function fresh(): AdxState {
  return {
    count: 0,
    now: 0,
    previous: 0,
    plusDi: 0,
    minusDi: 0,
    lastHigh: 0,
    lastLow: 0,
    lastClose: 0,
    plusMove: 0,
    minusMove: 0,
    range: 0,
    average: average(),
  };
}

/** Only the larger of a new high's and a new low's reach is directional movement. */
function takeMove(state: AdxState, bar: Bar, decay: number): void {
  const up = bar.high - state.lastHigh;
  const down = state.lastLow - bar.low;
  state.plusMove += (up > 0 && up > down ? up : 0) - state.plusMove * decay;
  state.minusMove += (down > 0 && down > up ? down : 0) - state.minusMove * decay;
  state.range += extentOf(bar, state.lastClose) - state.range * decay;
}

/** Without any movement there is no direction to speak of: the average stands, as in TA-Lib. */
function averageAfter(
  average: Average,
  plusDi: number,
  minusDi: number,
  period: number,
  alpha: number,
): number {
  const total = plusDi + minusDi;
  const index = total === 0 ? 0 : (100 * Math.abs(plusDi - minusDi)) / total;
  if (total === 0 && average.count === period) return average.value;
  return smooth(average, index, period, alpha);
}
