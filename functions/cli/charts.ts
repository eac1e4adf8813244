import type { BarColumns } from "../../core/domain/market.ts";
import { BarCursor } from "../../core/runtime/feeds.ts";
import type { Chart } from "../../core/runtime/result.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import type { Stage } from "../replay/run.ts";

/** The charts of a replay: every instrument of every profile, with the profile's own indicators. */
export function chartsOf(stages: readonly Stage[]): readonly Chart[] {
  return stages.flatMap(({ world, feeds }) =>
    world.desks
      .flatMap(({ profiles }) => profiles)
      .flatMap((profile) =>
        feeds
          .filter(({ feed }) => profile.universe.has(feed.instrument.symbol))
          .map(({ feed }) => chartOf(profile, feed.instrument.symbol, feed.columns)),
      ),
  );
}

function chartOf(profile: CompiledProfile, symbol: string, columns: BarColumns): Chart {
  return {
    profile: profile.name,
    symbol,
    timeMs: [...columns.closeTimeMs],
    open: [...columns.open],
    high: [...columns.high],
    low: [...columns.low],
    close: [...columns.close],
    volume: [...columns.volume],
    indicators: indicatorLines(profile, symbol, columns),
  };
}

/** The indicators once more over the recorded bars, as the strategy saw them bar by bar. */
function indicatorLines(
  profile: CompiledProfile,
  symbol: string,
  columns: BarColumns,
): Chart["indicators"] {
  const single = profile.own.filter(({ indicator }) => indicator.against === undefined);
  let pane = 0;
  return single.map(({ name, indicator }) => {
    const cursor = new BarCursor(symbol, columns);
    const state = indicator.create();
    const values: (number | null)[] = [];
    for (; cursor.row < columns.length; cursor.row += 1) {
      indicator.update(state, cursor);
      values.push(state.count >= indicator.warmUp ? state.now : null);
    }
    const overlay = isPriceLike(values, columns);
    if (!overlay) pane += 1;
    return { name, pane: overlay ? 0 : pane, values };
  });
}

/** Lines that stay within reach of the price are drawn over it, all others below. */
function isPriceLike(values: readonly (number | null)[], { close }: BarColumns): boolean {
  const known = values.flatMap((value, i) =>
    value === null ? [] : [[value, close[i] ?? 0] as const],
  );
  const near = known.filter(([value, price]) => value > price * 0.5 && value < price * 1.5);
  return known.length > 0 && near.length > known.length * 0.9;
}
