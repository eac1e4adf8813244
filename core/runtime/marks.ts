import type { Calendar } from "../domain/calendar/calendar.ts";
import { numberOf } from "../domain/decimal.ts";
import type { Track } from "./tracks.ts";
import type { World } from "./world.ts";

/** Equity at the end of a trading date, dollars. */
export interface EquityMark {
  readonly timeMs: number;
  readonly equity: number;
}

/** What is kept of each date of each profile: the one thing that grows with a replay's length. */
export class Marks {
  readonly equity = new Map<string, EquityMark[]>();
  /** Gross exposure over equity at the same times. */
  readonly exposure = new Map<string, number[]>();
  readonly benchmark = new Map<string, number[]>();

  add(profile: string, timeMs: number, equity: number, gross: number, benchmark: number): void {
    push(this.equity, profile, { timeMs, equity });
    push(this.exposure, profile, equity > 0 ? gross / equity : 0);
    push(this.benchmark, profile, benchmark);
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/**
 * Where the trading date of an event ends: the start of trading before the next session's open.
 * An event at a boundary belongs to the date before, as a day's last bar closes on it.
 */
export function dateEndMs(calendar: Calendar, timeMs: number): number {
  const session = calendar.sessionOn(calendar.tradingDateOf(timeMs - 1));
  return calendar.nextSession(Math.max(timeMs - 1, session?.openTimeMs ?? 0)).preOpenTimeMs;
}

/** Marks every profile: its cash, and its positions at the last prices shown. */
export function markAll(
  marks: Marks,
  world: World,
  tracks: ReadonlyMap<string, Track>,
  timeMs: number,
): void {
  for (const profile of world.desks.flatMap(({ profiles }) => profiles)) {
    const ledger = world.ledger(profile);
    let equity = numberOf(ledger.cash);
    let gross = 0;
    for (const { symbol, quantity } of Object.values(ledger.positions)) {
      const value = numberOf(quantity) * (tracks.get(symbol)?.lastPrice ?? 0);
      equity += value;
      gross += Math.abs(value);
    }
    // Before its first close a benchmark stands at its first open.
    const track = tracks.get(profile.benchmark);
    const benchmark = track?.lastPrice || (track?.feed.columns.open[0] ?? 0);
    marks.add(profile.name, timeMs, equity, gross, benchmark);
  }
}
