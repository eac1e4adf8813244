import { equity } from "../../core/domain/instruments.ts";
import { type Timeframe, timeframe } from "../../core/domain/timeframe.ts";
import { defineProfile, type Profile } from "../../core/strategy/profile.ts";
import { emaCross } from "../../strategies/ema-cross.ts";
import { needsOf } from "../deploy/needs.ts";
import { type Estimate, estimateOf } from "./estimate.ts";
import { type Counts, measure } from "./measure.ts";
import { usageOf } from "./usage.ts";

/** One cell of the table of sizes. */
export interface Cell {
  readonly profiles: number;
  readonly instruments: number;
  readonly bars: Timeframe;
  readonly stream: boolean;
  /** Orders that each profile sent in an average session, as counted. */
  readonly ordersPerSession: number;
  readonly estimate: Estimate;
}

const SIZES = { profiles: [1, 10, 50], instruments: [10, 100, 500] } as const;
const FRAMES: readonly Timeframe[] = ["1m", "15m", "1d"].map((one) => timeframe.parse(one));

/** Orders a day at which a profile is held: a hundred charts of minutes would send more. */
export const GRID_ORDERS_A_DAY = 20;

/**
 * What profiles cost by how many there are, how much each looks at and how often, with bars polled
 * and streamed. Each size is replayed once; all profiles of a cell trade in one account.
 */
export async function gridOf(
  sizes: {
    readonly profiles: readonly number[];
    readonly instruments: readonly number[];
    readonly frames: readonly Timeframe[];
  } = { ...SIZES, frames: FRAMES },
): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const bars of sizes.frames) {
    for (const instruments of sizes.instruments) {
      const counts = await measure(profileOf(0, instruments, bars, false));
      for (const profiles of sizes.profiles) {
        for (const stream of [false, true]) {
          cells.push(cellOf(counts, { profiles, instruments, bars, stream }));
        }
      }
    }
  }
  return cells;
}

type Size = Pick<Cell, "profiles" | "instruments" | "bars" | "stream">;

function cellOf(counts: Counts, size: Size): Cell {
  const profiles = Array.from({ length: size.profiles }, (_, i) =>
    profileOf(i, size.instruments, size.bars, size.stream),
  );
  const needs = needsOf(profiles, "grid");
  const all = profiles.map(({ options }): Counts => ({ ...counts, profile: options.name }));
  const estimate = estimateOf(usageOf(needs, all));
  return { ...size, ordersPerSession: counts.orders, estimate };
}

function profileOf(i: number, instruments: number, bars: Timeframe, stream: boolean): Profile {
  return defineProfile(
    { ...emaCross, bars },
    {
      name: `grid-${i + 1}`,
      mode: "paper",
      universe: Array.from({ length: instruments }, (_, n) => equity(symbolOf(n))),
      account: { name: "main" },
      sizing: { kind: "equity-fraction", fraction: 0.05 },
      limits: { maxOrdersPerDay: GRID_ORDERS_A_DAY },
      deploy: { bars: stream ? "stream" : "poll" },
    },
  );
}

/** Names in three letters: AAA, AAB … */
function symbolOf(n: number): string {
  const letter = (value: number) => String.fromCharCode(65 + (value % 26));
  return letter(Math.floor(n / 676)) + letter(Math.floor(n / 26)) + letter(n);
}
