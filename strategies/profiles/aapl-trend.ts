import { defineProfile, equity } from "../../core/index.ts";
import { emaCross } from "../ema-cross.ts";

/** Apple from 2013 to 2018, whole shares, sized so that a stop costs one percent of equity. */
export const aaplTrend = defineProfile(emaCross, {
  name: "aapl-trend",
  description: "Apple daily, EMA 10/30 cross, one percent of equity at risk a trade",
  params: { fast: 10, slow: 30, stopAtr: 2.5 },
  universe: [equity("AAPL")],
  sizing: { kind: "risk-per-trade", fraction: 0.01 },
  data: { AAPL: { path: "npm:@observablehq/sample-datasets/aapl.csv", adjust: "adjclose" } },
});
