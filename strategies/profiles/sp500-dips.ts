import { defineProfile, index } from "../../core/index.ts";
import { rsi2Reversion } from "../rsi2-reversion.ts";

/** The same index, bought on short dips instead. */
export const sp500Dips = defineProfile(rsi2Reversion, {
  name: "sp500-dips",
  description: "S&P 500 daily, RSI-2 dips above the 200-day average",
  universe: [index("SPX")],
  sizing: { kind: "equity-fraction", fraction: 1 },
  data: { SPX: { path: "npm:vega-datasets/data/sp500-2000.csv" } },
});
