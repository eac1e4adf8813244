import { describe, expect, test } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { Timeframe } from "../../core/domain/timeframe.ts";
import { AlpacaData } from "../../functions/alpaca/alpacaData.ts";
import { alpacaClient } from "../../functions/alpaca/clientOptions.ts";
import { d } from "../execution/fixtures.ts";
import { unlimited } from "./rigs.ts";

type Json = Readonly<Record<string, unknown>>;
type Route = (query: URLSearchParams) => unknown;

/** Market data over canned replies; answers what was asked for too. */
function dataOn(routes: Readonly<Record<string, Route>>) {
  const asked: string[] = [];
  const fetchApi = async (url: string | URL | Request) => {
    const { pathname, searchParams } = new URL(String(url));
    asked.push(`${pathname}?${decodeURIComponent(searchParams.toString())}`);
    const found = routes[pathname]?.(searchParams);
    const status = found === undefined ? 404 : 200;
    return new Response(JSON.stringify(found ?? { code: 40410000, message: "asset not found" }), {
      status,
    });
  };
  const client = alpacaClient({ keyId: "PK", secret: "canary", readRetries: 0, fetchApi });
  return { data: new AlpacaData(client, { trading: unlimited, data: unlimited }), asked };
}

const DATE = "2024-07-02";
const at = (clock: string, date = DATE) => newYorkTimeMs(date, clock);

/** Alpaca's bars of every so many minutes of a day, pre-market and late trading too. */
function barsOf(minutes: number, from = "04:00", to = "20:00", date = DATE): Json[] {
  const bars: Json[] = [];
  for (let t = at(from, date); t < at(to, date); t += minutes * 60_000) {
    const n = bars.length + 1;
    bars.push({
      t: new Date(t).toISOString(),
      o: n,
      h: n + 1,
      l: n - 0.5,
      c: n,
      v: 10,
      n: 1,
      vw: n,
    });
  }
  return bars;
}

describe("bars", () => {
  test.each<[Timeframe, number, string, number]>([
    ["1m", 1, "1Min", 390],
    ["5m", 5, "5Min", 78],
    ["30m", 30, "30Min", 13],
    // Half hours make hours that begin with the session: the last one is short.
    ["1h", 30, "30Min", 7],
    ["4h", 30, "30Min", 2],
  ])("%s are those of regular hours, stamped by their close", async (timeframe, size, asked, n) => {
    const rig = dataOn({ "/v2/stocks/bars": () => ({ bars: { SPY: barsOf(size) } }) });
    const query = { symbols: ["SPY"], timeframe, afterMs: at("09:30"), untilMs: at("16:00") };
    const bars = (await rig.data.bars(query)).get("SPY") ?? [];
    expect(bars).toHaveLength(n);
    expect(bars[0]?.openTimeMs).toBe(at("09:30"));
    expect(bars.at(-1)?.closeTimeMs).toBe(at("16:00"));
    expect(rig.asked[0]).toContain(`timeframe=${asked}`);
    expect(rig.asked[0]).toContain("feed=iex");
    expect(rig.asked[0]).toContain("adjustment=raw");
  });

  test("a bar that is not closed yet is left out, and one that was there before", async () => {
    const { data } = dataOn({ "/v2/stocks/bars": () => ({ bars: { SPY: barsOf(30) } }) });
    const span = { afterMs: at("10:30"), untilMs: at("12:59") };
    const bars = await data.bars({ symbols: ["SPY"], timeframe: "1h", ...span });
    const closes = (bars.get("SPY") ?? []).map(({ closeTimeMs }) => closeTimeMs);
    expect(closes).toEqual([at("11:30"), at("12:30")]);
  });

  test("an hour is whole: its first half is fetched with it", async () => {
    const { data } = dataOn({ "/v2/stocks/bars": () => ({ bars: { SPY: barsOf(30) } }) });
    const span = { afterMs: at("10:00"), untilMs: at("10:30") };
    const bars = await data.bars({ symbols: ["SPY"], timeframe: "1h", ...span });
    const [bar] = bars.get("SPY") ?? [];
    expect(bar).toMatchObject({ openTimeMs: at("09:30"), open: 12, close: 13, volume: 20 });
  });

  test("days have their session's own open and close, half days too", async () => {
    const day = (date: string) => ({ ...barsOf(60, "00:00", "01:00", date)[0] });
    const bars = { SPY: [day("2024-07-02"), day("2024-07-03"), day("2024-07-05")] };
    const { data } = dataOn({ "/v2/stocks/bars": () => ({ bars }) });
    const span = { afterMs: at("16:00", "2024-07-01"), untilMs: at("16:00", "2024-07-05") };
    const found = await data.bars({ symbols: ["SPY"], timeframe: "1d", ...span });
    expect((found.get("SPY") ?? []).map(({ closeTimeMs }) => closeTimeMs)).toEqual([
      at("16:00", "2024-07-02"),
      at("13:00", "2024-07-03"),
      at("16:00", "2024-07-05"),
    ]);
    const weeks = await data.bars({ symbols: ["SPY"], timeframe: "1w", ...span });
    expect(weeks.get("SPY")).toMatchObject([{ closeTimeMs: at("16:00", "2024-07-05") }]);
  });

  test("pages are followed to the end, short and empty ones too", async () => {
    const minutes = barsOf(1, "09:30", "09:34");
    const pages: Readonly<Record<string, Json>> = {
      "": { bars: { AAPL: minutes.slice(0, 3) }, next_page_token: "a" },
      a: { bars: {}, next_page_token: "b" },
      b: { bars: { AAPL: minutes.slice(3), SPY: minutes.slice(0, 1) }, next_page_token: "c" },
      c: { bars: { SPY: minutes.slice(1) }, next_page_token: null },
    };
    const { data } = dataOn({ "/v2/stocks/bars": (query) => pages[query.get("page_token") ?? ""] });
    const span = { afterMs: at("09:30"), untilMs: at("10:00") };
    const found = await data.bars({ symbols: ["AAPL", "SPY", "NONE"], timeframe: "1m", ...span });
    expect([...found].map(([symbol, bars]) => [symbol, bars.length])).toEqual([
      ["AAPL", 4],
      ["SPY", 4],
    ]);
  });

  test("a page that comes again ends the asking", async () => {
    const { data } = dataOn({ "/v2/stocks/bars": () => ({ bars: {}, next_page_token: "again" }) });
    const query = { symbols: ["SPY"], timeframe: "1m", afterMs: 0, untilMs: 1 } as const;
    await expect(data.bars(query)).rejects.toThrow(/expected a new page/);
  });

  test("coins are asked for apart and have days of UTC", async () => {
    const t = "2024-07-02T00:00:00Z";
    const bar = { t, o: 1, h: 2, l: 1, c: 2, v: 0.5, n: 1, vw: 1 };
    const rig = dataOn({ "/v1beta3/crypto/us/bars": () => ({ bars: { "BTC/USD": [bar] } }) });
    const start = Date.parse(t);
    const span = { afterMs: start, untilMs: start + 86_400_000 };
    const found = await rig.data.bars({ symbols: ["BTC/USD"], timeframe: "1d", ...span });
    expect(found.get("BTC/USD")).toMatchObject([{ closeTimeMs: start + 86_400_000 }]);
    expect(rig.asked).toHaveLength(1);
  });

  test("there are no bars of seconds", async () => {
    const query = { symbols: ["SPY"], timeframe: "1s", afterMs: 0, untilMs: 1 } as const;
    await expect(dataOn({}).data.bars(query)).rejects.toThrow(/timeframe: expected 1m or coarser/);
  });
});

describe("what the venue knows", () => {
  test("sessions in New York's hours", async () => {
    const day = { date: "2026-11-27", open: "09:30", close: "13:00", session_open: "0400" };
    const { data } = dataOn({ "/v2/calendar": () => [day] });
    expect(await data.calendar("2026-11-27", "2026-11-27")).toEqual([
      {
        date: "2026-11-27",
        openMs: Date.parse("2026-11-27T14:30:00Z"),
        closeMs: Date.parse("2026-11-27T18:00:00Z"),
      },
    ]);
  });

  test("instruments: an unknown one is missing, an inactive one not tradable", async () => {
    const asset = { symbol: "SPY", status: "active", tradable: true, shortable: true };
    const { data } = dataOn({
      "/v2/assets/SPY": () => ({ ...asset, fractionable: true }),
      "/v2/assets/OLD": () => ({ ...asset, symbol: "OLD", status: "inactive" }),
    });
    const assets = await data.assets(["SPY", "OLD", "NONE"]);
    expect([...assets.values()]).toEqual([
      { symbol: "SPY", tradable: true, shortable: true, fractionable: true },
      { symbol: "OLD", tradable: false, shortable: true, fractionable: false },
    ]);
  });

  test("many instruments are read off the whole list", async () => {
    const symbols = Array.from({ length: 30 }, (_, i) => `S${i}`);
    const list = symbols.map((symbol) => ({ symbol, status: "active", tradable: true }));
    const rig = dataOn({
      "/v2/assets": (query) => (query.get("asset_class") === "crypto" ? [] : list),
    });
    expect((await rig.data.assets(symbols)).size).toBe(30);
    expect(rig.asked).toHaveLength(2);
  });

  test("corporate actions as ours, oldest first", async () => {
    const corporate_actions = {
      cash_dividends: [{ symbol: "SPY", rate: 1.75, ex_date: "2024-06-21" }],
      forward_splits: [{ symbol: "NVDA", new_rate: 10, old_rate: 1, ex_date: "2024-06-10" }],
      reverse_splits: [{ symbol: "TINY", new_rate: 1, old_rate: 8, ex_date: "2024-06-11" }],
      stock_dividends: [{ symbol: "MORE", rate: 0.05, ex_date: "2024-06-12" }],
      name_changes: [{ old_symbol: "FB", new_symbol: "META", process_date: "2022-06-09" }],
      spin_offs: [{ source_symbol: "GE", new_symbol: "GEV" }],
    };
    const { data } = dataOn({
      "/v1/corporate-actions": () => ({ corporate_actions, next_page_token: null }),
    });
    const actions = await data.actions(["SPY"], "2022-01-01", "2024-12-31");
    expect(actions.map(({ symbol, kind, value }) => [symbol, kind, value])).toEqual([
      ["FB", "symbol-change", d("1")],
      ["NVDA", "split", d("10")],
      ["TINY", "split", d("0.125")],
      ["MORE", "split", d("1.05")],
      ["SPY", "dividend", d("1.75")],
    ]);
    expect(actions[0]?.newSymbol).toBe("META");
    expect(actions.at(-1)?.timeMs).toBe(at("04:00", "2024-06-21"));
  });

  test("latest quotes and trades of shares and coins", async () => {
    const t = "2024-07-02T14:00:00.123456789Z";
    const { data } = dataOn({
      "/v2/stocks/quotes/latest": () => ({
        quotes: { SPY: { t, bp: 99.5, bs: 100, ap: 0, as: 0, bx: "V", ax: "V", c: ["R"], z: "B" } },
      }),
      "/v1beta3/crypto/us/latest/trades": () => ({ trades: { "BTC/USD": { t, p: 6e4, s: 0.1 } } }),
    });
    const eventTimeMs = Date.parse("2024-07-02T14:00:00.123Z");
    expect((await data.latestQuotes(["SPY"])).get("SPY")).toEqual({
      eventTimeMs,
      bid: 99.5,
      bidSize: 100,
      ask: 0,
      askSize: 0,
    });
    expect((await data.latestTrades(["BTC/USD"])).get("BTC/USD")).toEqual({
      eventTimeMs,
      price: 60_000,
      size: 0.1,
    });
  });
});
