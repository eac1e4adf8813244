import type { Bar } from "../domain/market.ts";
import type { EventData } from "../events/catalogue.ts";
import type { Indicator, IndicatorState } from "../indicators/indicator.ts";
import type { Runner } from "./runner.ts";
import { indicatorState, type Slot } from "./slot.ts";

type Bars = EventData<"bars.closed.v1">["bars"];

/**
 * Takes a bar of the strategy's own time frame into a slot's indicators.
 * Answers whether the strategy is to be called: not for a repeated bar, not before the warm-up is
 * full, which is one bar more than the longest indicator needs, so that `previous` exists too.
 */
export function takeBar(slot: Slot, bar: Bar, bars: Bars): boolean {
  const { state, own, states } = slot;
  if (bar.closeTimeMs <= state.lastTimeMs) return false;
  state.lastTimeMs = bar.closeTimeMs;
  state.lastPrice = bar.close;
  state.bars += 1;
  if (state.scan !== null) remember(slot, bar, slot.profile.timeframe === "1d");
  for (let i = 0; i < own.length; i += 1) {
    const indicator = own[i];
    const kept = states[i];
    if (indicator === undefined || kept === undefined) continue;
    if (indicator.against === undefined) indicator.update(kept, bar);
    else updatePair(indicator, kept, bar, bars);
  }
  return state.warm || warm(slot);
}

/** Takes a bar of a coarser time frame into the indicators that asked for that frame. */
export function takeFrameBar(runner: Runner, slot: Slot, timeframe: string, bar: Bar): void {
  const { frames } = slot.state;
  if (bar.closeTimeMs <= (frames[timeframe] ?? Number.MIN_SAFE_INTEGER)) return;
  frames[timeframe] = bar.closeTimeMs;
  if (timeframe === "1d" && slot.state.scan !== null) remember(slot, bar, true);
  for (const [frame, named] of runner.profile.framed) {
    if (frame !== timeframe) continue;
    for (const { name, indicator } of named)
      indicator.update(indicatorState(slot.state, name), bar);
  }
}

/** Keeps what a scanner will look at: whole days, and the open and the volume since the last. */
function remember({ state: { scan }, profile }: Slot, bar: Bar, isDay: boolean): void {
  if (scan === null) return;
  if (!isDay) {
    // A day's bar comes before the finer one that closes with it, which it already holds.
    if (bar.closeTimeMs <= (scan.bars.at(-1)?.closeTimeMs ?? Number.MIN_SAFE_INTEGER)) return;
    if (scan.open === null && profile.calendar.sessionAt(bar.openTimeMs) !== null) {
      scan.open = bar.open;
    }
    scan.volume += bar.volume;
    return;
  }
  const { openTimeMs, closeTimeMs, open, high, low, close, volume } = bar;
  scan.bars.push({ openTimeMs, closeTimeMs, open, high, low, close, volume });
  if (scan.bars.length > (profile.scan?.history ?? 0)) scan.bars.shift();
  scan.open = null;
  scan.volume = 0;
}

/** Restates a slot's past after a split or dividend, see `Indicator.rescale`. */
export function rescaleSlot(runner: Runner, slot: Slot, price: number, volume: number): void {
  slot.state.lastPrice *= price;
  rescaleScan(slot, price, volume);
  const framed = [...runner.profile.framed.values()].flat();
  for (const { name, indicator } of [...runner.profile.own, ...framed]) {
    indicator.rescale(indicatorState(slot.state, name), price, volume);
  }
}

/**
 * Restates what the indicators of a slot keep of another instrument, after a split or dividend of
 * that one. Answers whether there was anything to restate.
 */
export function rescaleAgainst(slot: Slot, symbol: string, price: number, volume: number): boolean {
  let restated = false;
  for (const [i, indicator] of slot.own.entries()) {
    const kept = slot.states[i];
    if (indicator.against !== symbol || kept === undefined) continue;
    indicator.rescaleOther?.(kept, price, volume);
    restated = true;
  }
  return restated;
}

function rescaleScan({ state: { scan } }: Slot, price: number, volume: number): void {
  if (scan === null) return;
  if (scan.open !== null) scan.open *= price;
  scan.volume *= volume;
  for (const bar of scan.bars) {
    bar.open *= price;
    bar.high *= price;
    bar.low *= price;
    bar.close *= price;
    bar.volume *= volume;
  }
}

/** Without the other instrument's bar of the same close a pair indicator skips the bar. */
function updatePair(indicator: Indicator, kept: IndicatorState, bar: Bar, bars: Bars): void {
  const other = bars.find(({ symbol }) => symbol === indicator.against);
  if (other !== undefined) indicator.update(kept, bar, other);
}

function warm(slot: Slot): boolean {
  const { profile } = slot;
  const own = profile.own.every(({ name, indicator }) => full(slot, name, indicator));
  if (!own) return false;
  for (const named of profile.framed.values()) {
    if (!named.every(({ name, indicator }) => full(slot, name, indicator))) return false;
  }
  slot.state.warm = true;
  return true;
}

function full(slot: Slot, name: string, indicator: Indicator): boolean {
  return indicatorState(slot.state, name).count > indicator.warmUp;
}
