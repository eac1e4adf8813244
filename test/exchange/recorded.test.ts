import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { type Loaded, loadExchange } from "../../functions/exchange/load.ts";
import { ROOT } from "../floors/tree.ts";
import { market, type Rig, rigOf } from "./rigs.ts";

const dataDir = join(ROOT, "..", "shared", "data");
const HAS_DATA = existsSync(dataDir);
if (!HAS_DATA) console.log("exchange: ../shared/data is absent: recorded markets are not served");

describe.skipIf(!HAS_DATA)("recorded markets", () => {
  let loaded: Loaded;
  beforeAll(async () => {
    const fromMs = newYorkTimeMs("2014-06-05", "09:30");
    loaded = await loadExchange({ dataDir, symbols: ["AAPL", "TWX"], fromMs });
  });

  function days(from: string): Rig {
    const feeds = loaded.feeds.filter(({ timeframe }) => timeframe === "1d");
    const fromMs = newYorkTimeMs(from, "08:00");
    return rigOf(createExchange({ feeds, actions: loaded.actions, fromMs }));
  }

  it("drive the clock by minutes, with days and hours as history, and quotes", async () => {
    expect(loaded.feeds.map(({ instrument, timeframe }) => [instrument.symbol, timeframe])).toEqual(
      [
        ["AAPL", "1m"],
        ["AAPL", "1h"],
        ["AAPL", "1d"],
        ["TWX", "1m"],
      ],
    );
    const one = rigOf(createExchange(loaded));
    one.exchange.advanceTo(newYorkTimeMs("2014-06-06", "10:00"));
    const { body } = await one.get("/v2/stocks/snapshots?symbols=AAPL,TWX");
    expect(body.AAPL.minuteBar.t).toBe("2014-06-06T13:59:00Z");
    expect(body.AAPL.prevDailyBar).toMatchObject({ t: "2014-06-05T04:00:00Z", c: 647.35 });
    expect(body.AAPL.dailyBar.t).toBe("2014-06-06T04:00:00Z");
    const { bp, ap } = body.AAPL.latestQuote;
    expect(ap).toBeGreaterThan(bp);
    const since = "/v2/stocks/AAPL/bars?timeframe=1Week&start=2014-01-01&limit=10000";
    expect((await one.get(since)).body.bars.at(-1).t).toBe("2014-06-02T04:00:00Z");
  });

  it("carry a position through a split without a jump of the account", async () => {
    const one = days("2014-06-05");
    await one.post({ ...market("buy", 10), symbol: "AAPL" });
    const equities: number[] = [];
    for (const date of ["2014-06-05", "2014-06-06", "2014-06-09", "2014-06-10"]) {
      one.exchange.advanceTo(newYorkTimeMs(date, "16:00"));
      equities.push(Number((await one.get("/v2/account")).body.equity));
    }
    const { body } = await one.get("/v2/positions/AAPL");
    expect(Number(body.qty)).toBeCloseTo(70, 3);
    expect(Number(body.change_today)).toBeCloseTo(94.25 / 93.7 - 1, 4);
    for (const equity of equities) expect(Math.abs(equity / 100_000 - 1)).toBeLessThan(0.01);
    const history = await one.get("/v2/account/portfolio/history?period=1W&timeframe=1D");
    expect(history.body.equity.slice(-4)).toEqual(
      equities.map((one) => Math.round(one * 100) / 100),
    );
    const { body: splits } = await one.get("/v2/account/activities/SPLIT");
    expect(splits).toHaveLength(1);
  });
});
