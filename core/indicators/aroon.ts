import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod } from "./params.ts";
import { scaleAll, zeros } from "./rolling.ts";

/** Where the highest of the last numbers is, by the blocks of {@link Rolling}. */
interface Peaks {
  head: number;
  /** The highest of the block being filled, and its index there. */
  peak: number;
  peakIndex: number;
  /** Before `head` the block's own numbers, from it on the highest of the last block's ends. */
  values: number[];
  /** From `head` on the indices of those in the last block. */
  indices: number[];
}

/** `now` is the oscillator: `up − down`, −100 to 100. */
export interface AroonState extends IndicatorState {
  /** 100 at a new high, 0 when the high is `period` bars old. */
  up: number;
  /** The same for the low. */
  down: number;
  highs: Peaks;
  /** Lows with the sign turned, so that the lowest is the highest. */
  lows: Peaks;
}

/**
 * Aroon: how recent the highest high and the lowest low of the last `period + 1` bars are, in
 * percent; of equal ones the newest counts. Warm-up `period + 1`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib AROON, AROONOSC; Chande 1995
 */
export function aroon(period = 25): Indicator<AroonState> {
  requirePeriod("aroon", "period", period);
  const warmUp = period + 1;
  return {
    name: "aroon",
    params: { period },
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      up: 0,
      down: 0,
      highs: peaks(warmUp),
      lows: peaks(warmUp),
    }),
    update(state, bar) {
      const highAge = peakAge(state.highs, bar.high);
      const lowAge = peakAge(state.lows, -bar.low);
      state.count++;
      if (state.count < warmUp) return;
      const up = (100 * (period - highAge)) / period;
      const down = (100 * (period - lowAge)) / period;
      state.previous = state.count === warmUp ? up - down : state.now;
      state.now = up - down;
      state.up = up;
      state.down = down;
    },
    rescale(state, priceFactor) {
      scalePeaks(state.highs, priceFactor);
      scalePeaks(state.lows, priceFactor);
    },
  };
}

function peaks(length: number): Peaks {
  return { head: 0, peak: 0, peakIndex: 0, values: zeros(length), indices: zeros(length) };
}

/** Takes in a number and returns how many numbers ago the highest of the window came. */
function peakAge(peaks: Peaks, value: number): number {
  const { values, head } = peaks;
  values[head] = value;
  if (head === 0 || value >= peaks.peak) {
    peaks.peak = value;
    peaks.peakIndex = head;
  }
  if (head + 1 === values.length) return closeBlock(peaks);
  peaks.head = head + 1;
  if ((values[head + 1] ?? 0) <= peaks.peak) return head - peaks.peakIndex;
  return head + values.length - (peaks.indices[head + 1] ?? 0);
}

function closeBlock(peaks: Peaks): number {
  const { values, indices } = peaks;
  const last = values.length - 1;
  let peak = values[last] ?? 0;
  let peakIndex = last;
  for (let index = last; index >= 0; index--) {
    const value = values[index] ?? 0;
    if (value > peak) {
      peak = value;
      peakIndex = index;
    }
    values[index] = peak;
    indices[index] = peakIndex;
  }
  peaks.head = 0;
  return last - peakIndex;
}

function scalePeaks(peaks: Peaks, factor: number): void {
  peaks.peak *= factor;
  scaleAll(peaks.values, factor);
}
