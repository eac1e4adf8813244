import { defineProfile, index } from "../../core/index.ts";
import { emaCross } from "../ema-cross.ts";

/** The S&P 500 from 2000 to 2020, followed by a 20/50 EMA cross. */
export const sp500Trend = defineProfile(emaCross, {
  name: "sp500-trend",
  description: "S&P 500 daily, EMA 20/50 cross with a 3 ATR stop",
  params: { fast: 20, slow: 50, stopAtr: 3 },
  universe: [index("SPX")],
  sizing: { kind: "equity-fraction", fraction: 1 },
  data: { SPX: { path: "npm:vega-datasets/data/sp500-2000.csv" } },
});
