import { iso } from "../../core/domain/time.ts";
import type { Defect, IssueLog } from "./issues.ts";
import { type Order, placeOf, type Rows } from "./rows.ts";
import type { Stamps } from "./stamps.ts";

/** The columns that bars are checked by. */
export interface CheckedColumns {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly adjclose: Float64Array | null;
}

/**
 * Checks every kept row: prices above 0, volume not below 0, high not below low, open and close
 * between them. The policy `repair` widens high and low in place; all else makes the row go.
 */
export function checkPrices(rows: Rows, columns: CheckedColumns, log: IssueLog): void {
  const { open, high, low, close, volume, adjclose } = columns;
  for (let row = 0; row < rows.length; row++) {
    const o = open[row] ?? 0;
    const h = high[row] ?? 0;
    const l = low[row] ?? 0;
    const c = close[row] ?? 0;
    const adjusted = adjclose === null ? c : (adjclose[row] ?? 0);
    const sane = l > 0 && h >= o && h >= c && l <= o && l <= c && adjusted > 0;
    if ((sane && (volume[row] ?? 0) >= 0) || rows.keep[row] === 0) continue;
    const faults = [
      ...signFaults({ open: o, high: h, low: l, close: c, adjclose: adjusted }, volume[row] ?? 0),
    ];
    const mendable = faults.length === 0;
    faults.push(...rangeFaults(o, h, l, c));
    for (const fault of faults) log.add({ ...placeOf(rows, row), ...fault }, mendable);
    if (mendable && log.policy === "repair") {
      high[row] = Math.max(o, h, l, c);
      low[row] = Math.min(o, h, l, c);
    } else rows.keep[row] = 0;
  }
}

/** Drops bars that begin before the bar ahead of them has ended: no two bars share a moment. */
export function checkOverlap(rows: Rows, stamps: Stamps, order: Order, log: IssueLog): Order {
  const { openTimeMs, closeTimeMs } = stamps;
  const length = order?.length ?? rows.length;
  let lastMs = Number.NEGATIVE_INFINITY;
  let dropped = 0;
  for (let i = 0; i < length; i++) {
    const row = order === null ? i : (order[i] ?? 0);
    const from = openTimeMs[row] ?? 0;
    const to = closeTimeMs[row] ?? 0;
    if (from >= lastMs && from < to) {
      lastMs = to;
      continue;
    }
    const expected =
      from < to ? `a bar from ${iso(lastMs)} on` : "a close time after the open time";
    const got = `${iso(from)} to ${iso(to)}`;
    log.add({ ...placeOf(rows, row), field: "time", defect: "overlap", expected, got });
    rows.keep[row] = 0;
    dropped += 1;
  }
  if (dropped === 0) return order;
  const all = order ?? Uint32Array.from({ length }, (_, i) => i);
  return all.filter((row) => rows.keep[row] === 1);
}

interface Fault {
  readonly field: string;
  readonly defect: Defect;
  readonly expected: string;
  readonly got: string;
}

function signFaults(prices: Readonly<Record<string, number>>, volume: number): readonly Fault[] {
  const faults = Object.entries(prices)
    .filter(([, price]) => !(price > 0))
    .map(([field, price]): Fault => {
      const defect = price < 0 ? "negative" : "not-positive";
      return { field, defect, expected: "a price above 0", got: `${price}` };
    });
  if (volume >= 0) return faults;
  const expected = "a volume of at least 0";
  return [...faults, { field: "volume", defect: "negative", expected, got: `${volume}` }];
}

function rangeFaults(o: number, h: number, l: number, c: number): readonly Fault[] {
  if (h < l) {
    return [
      { field: "high", defect: "high-below-low", expected: `at least the low ${l}`, got: `${h}` },
    ];
  }
  return [["open", o] as const, ["close", c] as const]
    .filter(([, price]) => price > h || price < l)
    .map(([field, price]) => {
      const expected = `between the low ${l} and the high ${h}`;
      return { field, defect: "outside-range", expected, got: `${price}` };
    });
}
