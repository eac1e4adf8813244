import type { Indicator, IndicatorState } from "./indicator.ts";
import { type Moments, moments, rollMoments, scaleMoments } from "./moments.ts";
import { requirePeriod, requirePositive, requireSource } from "./params.ts";
import { scaleValue } from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** `now` is the middle band. */
export interface BollingerState extends IndicatorState {
  upper: number;
  lower: number;
  window: Moments;
}

/** Options of {@link bollinger}. */
export interface BollingerOptions extends SourceOption {
  /** Distance of the bands from the middle, in standard deviations. Default 2. */
  readonly deviations?: number;
}

/**
 * Bollinger bands: the SMA, and as many population standard deviations of the same bars above and
 * below it. Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1 and `deviations` is above 0.
 * @see TA-Lib BBANDS; Bollinger 2001, Bollinger on Bollinger Bands
 */
export function bollinger(
  period = 20,
  { deviations = 2, source = "close" }: BollingerOptions = {},
): Indicator<BollingerState> {
  requirePeriod("bollinger", "period", period);
  requirePositive("bollinger", "deviations", deviations);
  requireSource("bollinger", source);
  return {
    name: "bollinger",
    params: { period, deviations, source },
    warmUp: period,
    create: () => ({ count: 0, now: 0, previous: 0, upper: 0, lower: 0, window: moments(period) }),
    update(state, bar) {
      rollMoments(state.window, priceOf(bar, source));
      state.count++;
      if (state.count < period) return;
      const { mean, squares } = state.window;
      const reach = deviations * Math.sqrt(squares / period);
      state.previous = state.count === period ? mean : state.now;
      state.now = mean;
      state.upper = mean + reach;
      state.lower = mean - reach;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      state.upper *= factor;
      state.lower *= factor;
      scaleMoments(state.window, factor);
    },
  };
}
