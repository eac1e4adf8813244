import type { Bar } from "../domain/market.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePositive } from "./params.ts";
import { scaleValue } from "./rolling.ts";

/** `now` is the stop, dollars. */
export interface ParabolicSarState extends IndicatorState {
  /** 1 while the stop is below the price, −1 while it is above, 0 before there is one. */
  direction: number;
  /** The stop of the next bar, unless that bar reaches it. */
  next: number;
  /** The highest high, or lowest low, since the direction turned. */
  extreme: number;
  acceleration: number;
  lastHigh: number;
  lastLow: number;
}

/** Options of {@link parabolicSar}. */
export interface ParabolicSarOptions {
  /** By how much the acceleration grows at each new extreme. Default 0.02. */
  readonly step?: number;
  /** Where it stops growing. Default 0.2. */
  readonly maximum?: number;
}

/**
 * Parabolic stop and reverse: a stop that nears the extreme of the trend faster and faster, and
 * jumps to that extreme when it is reached. It starts down if the second bar's low reached further
 * than its high. Warm-up 2.
 * @throws InputError unless `step` and `maximum` are above 0.
 * @see TA-Lib SAR; Wilder 1978, New Concepts in Technical Trading Systems
 */
export function parabolicSar(options: ParabolicSarOptions = {}): Indicator<ParabolicSarState> {
  const { step = 0.02, maximum = 0.2 } = options;
  requirePositive("parabolic-sar", "step", step);
  requirePositive("parabolic-sar", "maximum", maximum);
  const firstStep = Math.min(step, maximum);
  return {
    name: "parabolic-sar",
    params: { step, maximum },
    warmUp: 2,
    create: fresh,
    update(state, bar) {
      state.count++;
      if (state.count > 1) {
        if (state.count === 2) start(state, bar, firstStep);
        const stop =
          state.direction === 1
            ? stepUp(state, bar, firstStep, maximum)
            : stepDown(state, bar, firstStep, maximum);
        state.previous = state.count === 2 ? stop : state.now;
        state.now = stop;
      }
      state.lastHigh = bar.high;
      state.lastLow = bar.low;
    },
    rescale(state, priceFactor) {
      scaleValue(state, priceFactor);
      state.next *= priceFactor;
      state.extreme *= priceFactor;
      state.lastHigh *= priceFactor;
      state.lastLow *= priceFactor;
    },
  };
}

function fresh(): ParabolicSarState {
  return {
    count: 0,
    now: 0,
    previous: 0,
    direction: 0,
    next: 0,
    extreme: 0,
    acceleration: 0,
    lastHigh: 0,
    lastLow: 0,
  };
}

function start(state: ParabolicSarState, bar: Bar, step: number): void {
  const down = state.lastLow - bar.low;
  const isUp = !(down > 0 && down > bar.high - state.lastHigh);
  state.direction = isUp ? 1 : -1;
  state.next = isUp ? state.lastLow : state.lastHigh;
  state.extreme = isUp ? bar.high : bar.low;
  state.acceleration = step;
  // TA-Lib holds the second stop against the second bar alone, not against the first as well.
  state.lastHigh = bar.high;
  state.lastLow = bar.low;
}

function stepUp(state: ParabolicSarState, bar: Bar, step: number, maximum: number): number {
  if (bar.low <= state.next) {
    const ceiling = Math.max(state.lastHigh, bar.high);
    const stop = Math.max(state.extreme, ceiling);
    state.direction = -1;
    state.acceleration = step;
    state.extreme = bar.low;
    state.next = Math.max(stop + step * (bar.low - stop), ceiling);
    return stop;
  }
  const stop = state.next;
  if (bar.high > state.extreme) {
    state.extreme = bar.high;
    state.acceleration = Math.min(state.acceleration + step, maximum);
  }
  const near = stop + state.acceleration * (state.extreme - stop);
  state.next = Math.min(near, state.lastLow, bar.low);
  return stop;
}

function stepDown(state: ParabolicSarState, bar: Bar, step: number, maximum: number): number {
  if (bar.high >= state.next) {
    const floor = Math.min(state.lastLow, bar.low);
    const stop = Math.min(state.extreme, floor);
    state.direction = 1;
    state.acceleration = step;
    state.extreme = bar.high;
    state.next = Math.min(stop + step * (bar.high - stop), floor);
    return stop;
  }
  const stop = state.next;
  if (bar.low < state.extreme) {
    state.extreme = bar.low;
    state.acceleration = Math.min(state.acceleration + step, maximum);
  }
  const near = stop + state.acceleration * (state.extreme - stop);
  state.next = Math.max(near, state.lastHigh, bar.high);
  return stop;
}
