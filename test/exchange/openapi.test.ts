import { beforeAll, describe, expect, it } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { crypto, fractionalEquity } from "../../core/domain/instruments.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { type Api, HAS_SPECS, type Judge, judgeOf } from "./openapi.ts";
import { columnsOf, DATE, flat, limit, market, minutes, OPEN_MS, type Rig, rig } from "./rigs.ts";

if (!HAS_SPECS)
  console.log("exchange: the OpenAPI files of ../shared/facts are absent: not checked");

const AAA = fractionalEquity("AAA");
const DAY_MS = 86_400_000;

/** Shares with quotes, prints, a dividend and a split; a pair; and an account that has traded. */
async function busy(): Promise<Rig> {
  const daily = {
    instrument: AAA,
    timeframe: "1d" as const,
    columns: columnsOf(flat(98, 3), OPEN_MS - 5 * DAY_MS, 23_400_000),
  };
  const times = [OPEN_MS + 30_000, OPEN_MS + 90_000];
  const column = (values: readonly number[]) => Float64Array.from(values);
  const exMs = newYorkTimeMs(DATE, "04:00");
  const one = rig(
    [
      minutes("AAA", flat(100, 60)),
      daily,
      minutes("BBB", [...flat(50, 5), [50, 52, 50, 52], ...flat(52, 30)]),
      minutes(crypto("BTC/USD"), flat(60_000, 60)),
    ],
    {
      ticks: [
        {
          kind: "quotes",
          instrument: AAA,
          columns: {
            length: 2,
            eventTimeMs: column(times),
            bid: column([99.9, 99.9]),
            bidSize: column([100, 200]),
            ask: column([100.1, 100.1]),
            askSize: column([100, 200]),
          },
        },
        {
          kind: "trades",
          instrument: AAA,
          columns: {
            length: 2,
            eventTimeMs: column(times),
            price: column([100, 100]),
            size: column([10, 20]),
          },
        },
      ],
      actions: [
        { symbol: "AAA", kind: "dividend", value: decimal("0.25"), newSymbol: null, timeMs: exMs },
        { symbol: "AAA", kind: "split", value: decimal("2"), newSymbol: null, timeMs: exMs },
        { symbol: "BBB", kind: "split", value: decimal("0.1"), newSymbol: null, timeMs: exMs },
      ],
    },
  );
  one.pass(1);
  await one.post(market("buy", 10, { client_order_id: "held" }));
  await one.post({ ...market("sell", 4), symbol: "BBB" });
  await one.post({ ...market("buy", 1), symbol: "BTC/USD", time_in_force: "gtc" });
  one.pass(2);
  await one.post({ ...limit("sell", 2, 150), client_order_id: "resting" });
  const legs = { take_profit: { limit_price: "120" }, stop_loss: { stop_price: "80" } };
  await one.post({ ...market("buy", 3), order_class: "bracket", ...legs });
  await one.post({ ...market("sell", 1), type: "trailing_stop", trail_percent: "5" });
  await one.ask("POST", "/v2/watchlists", { name: "mine", symbols: ["AAA", "BTC/USD"] });
  one.pass(5);
  return one;
}

describe.skipIf(!HAS_SPECS)("replies fit Alpaca's OpenAPI description", () => {
  let one: Rig;
  let judges: Readonly<Record<Api, Judge>>;
  beforeAll(async () => {
    judges = { trading: judgeOf("trading"), data: judgeOf("data") };
    one = await busy();
  });

  it.each([
    ["/v2/account"],
    ["/v2/account/configurations"],
    ["/v2/account/activities"],
    ["/v2/account/portfolio/history", "?period=1D&timeframe=1Min"],
    ["/v2/account/portfolio/history", "?period=1M"],
    ["/v2/assets"],
    ["/v2/assets", "?asset_class=crypto"],
    ["/v2/orders", "?status=all&nested=true"],
    ["/v2/orders", "?status=all"],
    ["/v2/orders:by_client_order_id", "?client_order_id=held"],
    ["/v2/positions"],
    ["/v2/clock"],
    ["/v2/calendar", "?start=2024-05-28&end=2024-06-04"],
    ["/v3/clock", "?markets=NYSE,NASDAQ"],
    ["/v2/watchlists"],
    ["/v2/watchlists:by_name", "?name=mine"],
    [
      "/v2/corporate_actions/announcements",
      "?ca_types=dividend,split&since=2024-06-01&until=2024-06-30",
    ],
  ])("GET %s%s", async (path, query = "") => {
    await fits("trading", path, path + query);
  });

  it.each([
    ["/v2/stocks/bars", "?symbols=AAA,BBB&timeframe=1Min&limit=7"],
    ["/v2/stocks/bars", "?symbols=AAA&timeframe=1Day&start=2024-05-01&adjustment=all"],
    ["/v2/stocks/quotes", "?symbols=AAA"],
    ["/v2/stocks/trades", "?symbols=AAA"],
    ["/v2/stocks/bars/latest", "?symbols=AAA,BBB"],
    ["/v2/stocks/quotes/latest", "?symbols=AAA,BBB"],
    ["/v2/stocks/trades/latest", "?symbols=AAA,BBB"],
    ["/v2/stocks/snapshots", "?symbols=AAA,BBB"],
    ["/v1beta1/screener/stocks/most-actives", ""],
    ["/v1/corporate-actions", "?symbols=AAA,BBB&start=2024-06-01"],
    ["/v1beta1/news", ""],
  ])("GET %s%s", async (path, query) => {
    await fits("data", path, path + query);
  });

  it.each([
    ["/v2/stocks/{symbol}/bars", "/v2/stocks/AAA/bars?timeframe=5Min"],
    ["/v2/stocks/{symbol}/quotes", "/v2/stocks/AAA/quotes"],
    ["/v2/stocks/{symbol}/trades", "/v2/stocks/AAA/trades"],
    ["/v2/stocks/{symbol}/bars/latest", "/v2/stocks/AAA/bars/latest"],
    ["/v2/stocks/{symbol}/quotes/latest", "/v2/stocks/AAA/quotes/latest"],
    ["/v2/stocks/{symbol}/trades/latest", "/v2/stocks/AAA/trades/latest"],
    ["/v2/stocks/{symbol}/snapshot", "/v2/stocks/AAA/snapshot"],
    ["/v1beta1/screener/{market_type}/movers", "/v1beta1/screener/stocks/movers"],
    ["/v1beta3/crypto/{loc}/bars", "/v1beta3/crypto/us/bars?symbols=BTC/USD&timeframe=1Min"],
    ["/v1beta3/crypto/{loc}/latest/bars", "/v1beta3/crypto/us/latest/bars?symbols=BTC/USD"],
    ["/v1beta3/crypto/{loc}/latest/quotes", "/v1beta3/crypto/us/latest/quotes?symbols=BTC/USD"],
    ["/v1beta3/crypto/{loc}/latest/trades", "/v1beta3/crypto/us/latest/trades?symbols=BTC/USD"],
    ["/v1beta3/crypto/{loc}/snapshots", "/v1beta3/crypto/us/snapshots?symbols=BTC/USD"],
  ])("GET %s", async (path, asked) => {
    await fits("data", path, asked);
  });

  it.each([
    ["/v2/assets/{symbol_or_asset_id}", "/v2/assets/BTC%2FUSD"],
    ["/v2/positions/{symbol_or_asset_id}", "/v2/positions/BTCUSD"],
    ["/v3/calendar/{market}", "/v3/calendar/NYSE?start=2024-06-03&end=2024-06-07"],
    ["/v2/account/activities/{activity_type}", "/v2/account/activities/FILL"],
  ])("GET %s", async (path, asked) => {
    await fits("trading", path, asked);
  });

  it("POST, PATCH and DELETE", async () => {
    const placed = await one.post(limit("sell", 1, 140));
    expect(judges.trading("/v2/orders", "post", placed.status, placed.body)).toBe("");
    const path = "/v2/orders/{order_id}";
    const replaced = await one.ask("PATCH", `/v2/orders/${placed.body.id}`, { limit_price: "141" });
    expect(judges.trading(path, "patch", replaced.status, replaced.body)).toBe("");
    const all = await one.ask("DELETE", "/v2/orders");
    expect(judges.trading("/v2/orders", "delete", all.status, all.body)).toBe("");
    const closed = await one.ask("DELETE", "/v2/positions?cancel_orders=true");
    expect(judges.trading("/v2/positions", "delete", closed.status, closed.body)).toBe("");
  });

  it("and a reply that does not fit is noticed", () => {
    expect(judges.trading("/v2/clock", "get", 200, { is_open: "yes" })).toContain("is_open");
    expect(judges.trading("/v2/clock", "get", 299, {})).toContain("no reply 299");
    expect(judges.data("/v2/stocks/bars", "get", 200, { bars: [] })).not.toBe("");
  });

  async function fits(api: Api, path: string, asked: string): Promise<void> {
    const { status, body } = await one.get(asked);
    expect(status).toBe(200);
    expect(judges[api](path, "get", status, body)).toBe("");
  }
});
