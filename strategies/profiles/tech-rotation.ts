import { defineProfile, fractionalEquity } from "../../core/index.ts";
import { momentumRotation } from "../momentum-rotation.ts";

const symbols = ["AAPL", "AMZN", "GOOG", "IBM", "MSFT"];
const path = "npm:vega-datasets/data/stocks.csv";

/** Five stocks from 2000 to 2010, monthly closes: the two strongest of the last half year. */
export const techRotation = defineProfile(
  { ...momentumRotation, bars: "1mo" },
  {
    name: "tech-rotation",
    description: "Five stocks monthly, the two strongest over six months, equally weighted",
    params: { lookback: 6, top: 2 },
    universe: symbols.map((symbol) => fractionalEquity(symbol)),
    data: Object.fromEntries(symbols.map((symbol) => [symbol, { path, only: symbol }])),
  },
);
