import { createHash } from "node:crypto";
import type { Instrument } from "../../core/domain/instrument.ts";
import type { BarColumns } from "../../core/domain/market.ts";
import type { Timeframe } from "../../core/domain/timeframe.ts";
import { orderListText, orderRecords } from "../../core/runtime/orderRecords.ts";
import type { Recording } from "../../core/runtime/recording.ts";
import { Replay } from "../../core/runtime/replay.ts";
import { type Fidelity, World } from "../../core/runtime/world.ts";
import { bpsFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { SimulatedVenue } from "../../core/simulation/venue.ts";
import type { Profile } from "../../core/strategy/profile.ts";
import type { Selections } from "../../core/strategy/runner.ts";

/** Bars from rows of `[open, high, low, close]`, one a timeframe length from `startMs` on. */
export function barsOf(
  rows: readonly (readonly [number, number, number, number])[],
  startMs: number,
  lengthMs: number,
): BarColumns {
  const column = (pick: (row: readonly [number, number, number, number], i: number) => number) =>
    Float64Array.from(rows, pick);
  return {
    length: rows.length,
    openTimeMs: column((_, i) => startMs + i * lengthMs),
    closeTimeMs: column((_, i) => startMs + (i + 1) * lengthMs),
    open: column(([open]) => open),
    high: column(([, high]) => high),
    low: column(([, , low]) => low),
    close: column(([, , , close]) => close),
    volume: column(() => 10_000),
  };
}

/** The first `length` bars of a series. */
export function prefix(columns: BarColumns, length: number): BarColumns {
  const cut = (column: Float64Array) => column.slice(0, length);
  return {
    length,
    openTimeMs: cut(columns.openTimeMs),
    closeTimeMs: cut(columns.closeTimeMs),
    open: cut(columns.open),
    high: cut(columns.high),
    low: cut(columns.low),
    close: cut(columns.close),
    volume: cut(columns.volume),
  };
}

/** A recording of bars alone. */
export function recordingOf(
  feeds: readonly { instrument: Instrument; timeframe: Timeframe; columns: BarColumns }[],
  rest: Partial<Recording> = {},
): Recording {
  const fromMs = Number.MIN_SAFE_INTEGER;
  const toMs = Number.POSITIVE_INFINITY;
  return { feeds, ticks: [], signals: [], actions: [], financing: null, fromMs, toMs, ...rest };
}

/** Replays profiles with a basis point of slippage and of fees. */
export async function replayed(
  profiles: readonly Profile[],
  recording: Recording,
  fidelity: Fidelity = "memory",
  selections?: Selections,
): Promise<{ readonly world: World; readonly replay: Replay; readonly hash: string }> {
  const world = new World({
    profiles,
    fidelity,
    activeFromMs: recording.fromMs,
    ...(selections === undefined ? {} : { selections }),
    venue: () =>
      new SimulatedVenue({
        fill: "next-open",
        touch: "no-fill",
        participation: null,
        slippage: bpsSlippage(1),
        fees: bpsFee(1),
        latency: noLatency,
        account: null,
      }),
  });
  const replay = new Replay(world, recording);
  await replay.run();
  const text = orderListText(orderRecords(world.journal));
  return { world, replay, hash: createHash("sha256").update(text).digest("hex") };
}
