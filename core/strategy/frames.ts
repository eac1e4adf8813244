import type { Timeframe } from "../domain/timeframe.ts";
import type { Indicator, IndicatorState } from "../indicators/indicator.ts";

/** An indicator over bars of another time frame than the strategy's own. */
export interface FramedIndicator<S extends IndicatorState> extends Indicator<S> {
  readonly timeframe: Timeframe;
}

/**
 * Feeds an indicator with the closed bars of a coarser time frame: `on("1d", sma(200))`.
 * Between two closes of that frame its value stands still, so nothing unfinished is ever seen.
 */
export function on<S extends IndicatorState>(
  timeframe: Timeframe,
  indicator: Indicator<S>,
): FramedIndicator<S> {
  return { ...indicator, timeframe };
}

/** The time frame of an indicator made with {@link on}, or null for the strategy's own. */
export function frameOf(indicator: Indicator): Timeframe | null {
  return isFramed(indicator) ? indicator.timeframe : null;
}

function isFramed(indicator: Indicator): indicator is FramedIndicator<IndicatorState> {
  return "timeframe" in indicator;
}
