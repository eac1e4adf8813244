import { averages } from "./catalogue/averages.ts";
import type { IndicatorEntry, UngroupedEntry } from "./catalogue/entry.ts";
import { oscillators } from "./catalogue/oscillators.ts";
import { statistics } from "./catalogue/statistics.ts";
import { trend } from "./catalogue/trend.ts";
import { volatility } from "./catalogue/volatility.ts";
import { volume } from "./catalogue/volume.ts";

export type { IndicatorEntry };

const groups: Readonly<Record<string, readonly UngroupedEntry[]>> = {
  averages,
  trend,
  oscillators,
  volatility,
  volume,
  statistics,
};

/** Every indicator, group by group: what the `indicators` command shows. */
export const indicatorCatalogue: readonly IndicatorEntry[] = Object.entries(groups).flatMap(
  ([group, entries]) => entries.map((entry) => ({ group, ...entry })),
);
