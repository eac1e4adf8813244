import { describe, expect, it } from "vitest";
import { crypto, fractionalEquity } from "../../core/domain/instruments.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { columnsOf, DATE, flat, minutes, OPEN_MS, type Rig, rig } from "./rigs.ts";

const PRE_MS = newYorkTimeMs(DATE, "09:20");

/** Ten minutes before the open and an hour after it: prices count the minutes. */
function counted(options = {}): Rig {
  const rows = Array.from({ length: 70 }, (_, i) => {
    const price = 100 + i;
    return [price, price + 0.5, price - 0.5, price, 10] as const;
  });
  const one = rig([minutes("AAA", rows, PRE_MS), minutes("BBB", flat(50, 70), PRE_MS)], options);
  one.exchange.advanceTo(OPEN_MS + 30 * 60_000);
  return one;
}

interface Bars {
  readonly bars: Readonly<Record<string, readonly { readonly t: string; readonly c: number }[]>>;
  readonly next_page_token: string | null;
}

describe("bars", () => {
  it("are shown when they have closed, never before", async () => {
    const one = counted();
    const latest = await one.get("/v2/stocks/bars/latest?symbols=AAA");
    expect(latest.body.bars.AAA).toMatchObject({ t: "2024-06-03T13:59:00Z", c: 139 });
    const all = await one.get("/v2/stocks/AAA/bars?timeframe=1Min&end=2030-01-01");
    expect(all.body.bars.at(-1).t).toBe("2024-06-03T13:59:00Z");
    expect(all.body.bars).toHaveLength(40);
    const { body } = await one.get("/v2/stocks/AAA/trades/latest");
    expect(body.trade).toMatchObject({ p: 139, t: "2024-06-03T14:00:00Z" });
  });

  it("come in pages over all symbols, each point once, in either direction", async () => {
    const one = counted();
    for (const sort of ["asc", "desc"]) {
      const seen: string[] = [];
      let token: string | null = "";
      let pages = 0;
      while (token !== null) {
        const query = `symbols=BBB,AAA,ZZZ&timeframe=1Min&limit=17&sort=${sort}`;
        const reply: { body: Bars } = await one.get(`/v2/stocks/bars?${query}&page_token=${token}`);
        const { bars, next_page_token }: Bars = reply.body;
        for (const [symbol, list] of Object.entries(bars)) {
          for (const { t } of list) seen.push(`${symbol} ${t}`);
        }
        token = next_page_token;
        pages += 1;
        // A clock that goes on between two pages changes nothing of what was asked for.
        one.pass(1);
      }
      const count = sort === "asc" ? 80 : 90;
      expect(seen).toHaveLength(count);
      expect(new Set(seen).size).toBe(count);
      expect(pages).toBe(Math.ceil(count / 17));
      const symbols = seen.map((text) => text.slice(0, 3));
      expect(symbols).toEqual([...symbols].sort());
    }
  });

  it("of coarser frames are built from minutes, the running one too", async () => {
    const one = counted();
    const fives = await one.get(
      "/v2/stocks/AAA/bars?timeframe=5Min&start=2024-06-03T13:30:00Z&limit=2",
    );
    expect(fives.body.bars).toEqual([
      {
        t: "2024-06-03T13:30:00Z",
        o: 110,
        h: 114.5,
        l: 109.5,
        c: 114,
        v: 50,
        n: 1,
        vw: 112.666667,
      },
      {
        t: "2024-06-03T13:35:00Z",
        o: 115,
        h: 119.5,
        l: 114.5,
        c: 119,
        v: 50,
        n: 1,
        vw: 117.666667,
      },
    ]);
    const hours = await one.get("/v2/stocks/AAA/bars?timeframe=1Hour");
    expect(hours.body.bars.map(({ t }: { t: string }) => t)).toEqual(["2024-06-03T13:00:00Z"]);
    const days = await one.get("/v2/stocks/AAA/bars?timeframe=1Day");
    expect(days.body.bars).toEqual([
      expect.objectContaining({ t: "2024-06-03T04:00:00Z", o: 110, c: 139, v: 300 }),
    ]);
    const months = await one.get("/v2/stocks/AAA/bars?timeframe=3Month&start=2024-01-01");
    expect(months.body.bars[0].t).toBe("2024-04-01T04:00:00Z");
  });

  it("of days come from daily recordings, and the running day from minutes", async () => {
    const AAA = fractionalEquity("AAA");
    const days = columnsOf(flat(90, 3), newYorkTimeMs("2024-05-29", "09:30"), 86_400_000);
    days.closeTimeMs.forEach((timeMs, i) => {
      days.closeTimeMs[i] = timeMs - 86_400_000 + 23_400_000;
    });
    const one = rig([
      minutes(AAA, flat(100, 30)),
      { instrument: AAA, timeframe: "1d", columns: days },
    ]);
    one.pass(5);
    const { body } = await one.get("/v2/stocks/AAA/bars?timeframe=1Day&start=2024-05-30");
    expect(body.bars.map(({ t, c }: { t: string; c: number }) => [t.slice(0, 10), c])).toEqual([
      ["2024-05-30", 90],
      ["2024-05-31", 90],
      ["2024-06-03", 100],
    ]);
    const { body: snapshot } = await one.get("/v2/stocks/AAA/snapshot");
    expect(snapshot.prevDailyBar.c).toBe(90);
    expect(snapshot.dailyBar.c).toBe(100);
    const movers = await one.get("/v1beta1/screener/stocks/movers");
    expect(movers.body.gainers).toEqual([
      { symbol: "AAA", percent_change: 11.11, change: 10, price: 100 },
    ]);
  });

  it("of crypto are of UTC days and carry fractions of volume", async () => {
    const pair = crypto("BTC/USD");
    const one = rig([minutes(pair, [[60_000, 60_000, 60_000, 60_000, 0.25]])]);
    one.pass(2);
    const { body } = await one.get("/v1beta3/crypto/us/bars?symbols=BTC/USD&timeframe=1Day");
    expect(body.bars["BTC/USD"][0]).toMatchObject({ t: "2024-06-03T00:00:00Z", v: 0.25 });
    const wrong = await one.get("/v1beta3/crypto/us/bars?symbols=BTCUSD&timeframe=1Day");
    expect(wrong.status).toBe(400);
    expect(wrong.body.message).toContain("invalid symbol: BTCUSD does not match");
  });
});

describe("a request for data is refused", () => {
  it.each([
    ["/v2/stocks/bars?symbols=AAA&timeframe=60Min", 400, "invalid timeframe: 60Min"],
    ["/v2/stocks/bars?symbols=AAA", 400, "invalid timeframe: "],
    ["/v2/stocks/bars?timeframe=1Min", 400, "symbols is required"],
    ["/v2/stocks/bars?symbols=AAA&timeframe=1Min&limit=0", 400, "invalid limit"],
    ["/v2/stocks/bars?symbols=AAA&timeframe=1Min&start=soon", 400, "invalid start: soon"],
    ["/v2/stocks/bars?symbols=AAA&timeframe=1Min&feed=cats", 400, "invalid feed: cats"],
    ["/v2/stocks/bars?symbols=AAA&timeframe=1Min&sort=up", 400, "invalid sort: up"],
    ["/v2/stocks/bars?symbols=AAA&timeframe=1Min&page_token=x", 400, "invalid page_token"],
    ["/v2/stocks/bars?symbols=AAA&timeframe=1Min&adjustment=x", 400, "invalid adjustment: x"],
    ["/v2/stocks/bars?symbols=a-b&timeframe=1Min", 400, "invalid symbol: a-b"],
    ["/v1beta1/screener/stocks/movers?top=51", 400, "invalid top: 51"],
    ["/v2/stocks/ZZZ/bars/latest", 404, "no bar found for ZZZ"],
    ["/v2/nothing", 404, "endpoint not found"],
  ])("%s → %i %s", async (path, status, message) => {
    const reply = await counted().get(path);
    expect(reply.status).toBe(status);
    expect(reply.body.message).toContain(message);
  });

  it("where the free plan asks for recent SIP data; older and IEX data it gets", async () => {
    const one = counted({ subscription: "basic" });
    const sip = "/v2/stocks/bars?symbols=AAA&timeframe=1Min&feed=sip";
    expect(await one.get(sip)).toMatchObject({
      status: 403,
      body: { message: "subscription does not permit querying recent SIP data" },
    });
    expect((await one.get(`${sip}&end=2024-06-03T13:40:00Z`)).status).toBe(200);
    expect((await one.get("/v2/stocks/bars/latest?symbols=AAA")).status).toBe(200);
  });
});

describe("the clock", () => {
  it("is New York's, and knows early closes and holidays", async () => {
    const one = counted();
    expect((await one.get("/v2/clock")).body).toEqual({
      timestamp: "2024-06-03T10:00:00-04:00",
      is_open: true,
      next_open: "2024-06-04T09:30:00-04:00",
      next_close: "2024-06-03T16:00:00-04:00",
    });
    const { body } = await one.get("/v2/calendar?start=2024-07-03&end=2024-07-05");
    expect(body).toEqual([
      {
        date: "2024-07-03",
        open: "09:30",
        close: "13:00",
        session_open: "0400",
        session_close: "1700",
        settlement_date: "2024-07-05",
      },
      expect.objectContaining({ date: "2024-07-05", close: "16:00", session_close: "2000" }),
    ]);
  });

  it("is moved by whoever drives it, and never back", async () => {
    const one = counted();
    const step = await one.ask("POST", "/_exchange/step");
    expect(step.body).toMatchObject({ now: "2024-06-03T14:01:00.000Z" });
    const back = await one.ask("POST", "/_exchange/advance", { to: "2024-06-03T13:00:00Z" });
    expect(back.status).toBe(422);
    const end = await one.ask("POST", "/_exchange/advance", {});
    expect(end.body).toMatchObject({ now: "2024-06-03T14:30:00.000Z", next: null });
    expect(one.exchange.step()).toBe(false);
    expect(() => one.exchange.advanceTo(OPEN_MS)).toThrow("expected a time from");
  });
});
