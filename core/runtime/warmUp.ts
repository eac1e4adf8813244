import { emptyBook, openLedger } from "../domain/ledger.ts";
import type { Bar } from "../domain/market.ts";
import type { Timeframe } from "../domain/timeframe.ts";
import { decide } from "../strategy/decide.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { Runner } from "../strategy/runner.ts";
import { freshState, type ProfileState } from "../strategy/snapshot.ts";
import { Gatherer } from "./gatherer.ts";

/** History of a profile's instruments, by symbol, oldest first, all of one time frame. */
export interface History {
  readonly timeframe: Timeframe;
  readonly bars: ReadonlyMap<string, readonly Bar[]>;
}

/** A snapshot that history has been through. */
export interface Warmed {
  readonly state: ProfileState;
  /** Instruments whose history was too short: the strategy is not called for them until it is. */
  readonly cold: readonly string[];
}

/**
 * The snapshot of a profile that starts at `untilMs`: history went through its indicators by the
 * handlers' own way, and its strategy was not called.
 */
export function warmUp(profile: CompiledProfile, history: History, untilMs: number): Warmed {
  const runner = new Runner(profile, untilMs);
  const { name, cash, kind } = profile.account;
  const book = openLedger(emptyBook(name, kind), profile.name, cash);
  const state = freshState(profile);
  const gatherer = new Gatherer([profile], { base: history.timeframe, graceMs: 0 });
  for (const { symbol } of profile.instruments) {
    for (const bar of history.bars.get(symbol) ?? []) {
      if (bar.closeTimeMs <= untilMs) gatherer.take(symbol, bar);
    }
  }
  for (const event of gatherer.closed(untilMs)) decide(runner, state, book, event);
  const cold = profile.instruments
    .map(({ symbol }) => symbol)
    .filter((symbol) => state.symbols[symbol]?.warm !== true);
  return { state, cold };
}
