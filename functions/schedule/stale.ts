import { MINUTE_MS } from "../../core/domain/time.ts";
import { isTrading } from "../../core/domain/timeframe.ts";
import type { MarketData } from "../../core/ports/marketData.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";

/** In session some instrument trades every minute: so long without any bar is too long, ms. */
const STALE_MS = 10 * MINUTE_MS;

/**
 * For how long no bar of any instrument has come, seconds: 0 where some did, and where none is due
 * as nothing trades or the session is young. Calendars are looked at one by one: coins that trade
 * must not hide shares that do not.
 */
export async function staleS(
  marketData: Pick<MarketData, "bars">,
  profiles: readonly CompiledProfile[],
  nowMs: number,
): Promise<number> {
  for (const calendar of new Set(profiles.map((profile) => profile.calendar))) {
    const isDue = [nowMs, nowMs - STALE_MS].every((ms) => isTrading(calendar, ms, false));
    if (!isDue) continue;
    const own = profiles.filter((profile) => profile.calendar === calendar);
    const symbols = [
      ...new Set(own.flatMap(({ instruments }) => instruments.map(({ symbol }) => symbol))),
    ];
    const query = { symbols, timeframe: "1m", afterMs: nowMs - STALE_MS, untilMs: nowMs } as const;
    const bars = await marketData.bars(query);
    if ([...bars.values()].every((one) => one.length === 0)) return STALE_MS / 1_000;
  }
  return 0;
}
