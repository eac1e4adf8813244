import { beforeAll, describe, expect, it, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { crypto, fractionalEquity } from "../../core/domain/instruments.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { dataRoutes } from "../../functions/exchange/data/routes.ts";
import { settingsOf } from "../../functions/exchange/options.ts";
import { PaperAccount } from "../../functions/exchange/paper.ts";
import { tradingRoutes } from "../../functions/exchange/trading.ts";
import { type Api, HAS_SPECS, type Judge, judgeOf, pathIn } from "./openapi.ts";
import { columnsOf, DATE, flat, limit, market, minutes, OPEN_MS, type Rig, rig } from "./rigs.ts";

if (!HAS_SPECS)
  console.log("exchange: the OpenAPI files of ../shared/facts are absent: not checked");

const AAA = fractionalEquity("AAA");
const DAY_MS = 86_400_000;
const CRYPTO = "/v1beta3/crypto/us";
const UUID = "00000000-0000-4000-8000-000000000000";
const NOBODY: Ids = { order: UUID, bracket: UUID, list: UUID };

/** Shares with quotes, prints, a dividend and a split; a pair; and an account that has traded. */
async function busy(): Promise<{ readonly one: Rig; readonly ids: Ids }> {
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
  const resting = await one.post({ ...limit("sell", 2, 150), client_order_id: "resting" });
  const legs = { take_profit: { limit_price: "120" }, stop_loss: { stop_price: "80" } };
  const bracket = await one.post({ ...market("buy", 3), order_class: "bracket", ...legs });
  await one.post({ ...market("sell", 1), type: "trailing_stop", trail_percent: "5" });
  const list = await one.ask("POST", "/v2/watchlists", {
    name: "mine",
    symbols: ["AAA", "BTC/USD"],
  });
  one.pass(5);
  const ids = { order: resting.body.id, bracket: bracket.body.id, list: list.body.id };
  return { one, ids };
}

/** Ids of what {@link busy} has made. */
interface Ids {
  /** A limit order that rests, a bracket that is filled, and a list of instruments. */
  readonly order: string;
  readonly bracket: string;
  readonly list: string;
}

/** Something that a route is asked. */
interface Ask {
  readonly url: string | ((ids: Ids) => string);
  readonly body?: object;
}

const DAY = "start=2024-06-03";
const legs = { take_profit: { limit_price: "160" }, stop_loss: { stop_price: "90" } };
/** Where nothing of ours rests on the other side. */
const BBB = { symbol: "BBB" };
const orders: readonly object[] = [
  market("buy", 1, BBB),
  { symbol: "BBB", notional: "100", side: "buy", type: "market", time_in_force: "day" },
  limit("buy", 1, 45, { ...BBB, time_in_force: "gtc" }),
  limit("sell", 1, 140, { extended_hours: true }),
  market("buy", 1, { ...BBB, type: "stop", stop_price: "60" }),
  market("sell", 1, { ...BBB, type: "stop", stop_price: "40" }),
  limit("buy", 1, 61, { ...BBB, type: "stop_limit", stop_price: "60" }),
  market("sell", 1, { type: "trailing_stop", trail_price: "3" }),
  market("buy", 2, { order_class: "bracket", ...legs }),
  limit("sell", 2, 150, { order_class: "oco", ...legs }),
  market("buy", 2, { order_class: "oto", stop_loss: legs.stop_loss }),
  market("buy", 1, { symbol: "BTC/USD", time_in_force: "gtc" }),
  limit("buy", 0.5, 45, BBB),
  limit("buy", 1, 45, { ...BBB, time_in_force: "ioc" }),
  limit("buy", 1, 45, { ...BBB, time_in_force: "cls" }),
  market("buy", 1, { ...BBB, time_in_force: "fok" }),
];

/** What every route is asked: each answers 200, 204 or 207, as its description says. */
const ASKS: Readonly<Record<string, readonly (string | Ask)[]>> = {
  "GET /v2/account": ["/v2/account"],
  "GET /v2/account/configurations": ["/v2/account/configurations"],
  "PATCH /v2/account/configurations": [
    { url: "/v2/account/configurations", body: { no_shorting: true } },
  ],
  "GET /v2/account/activities": ["/v2/account/activities"],
  "GET /v2/account/activities/:type": ["/v2/account/activities/FILL"],
  "GET /v2/account/portfolio/history": [
    "/v2/account/portfolio/history?period=1D&timeframe=1Min",
    "/v2/account/portfolio/history?period=1M",
  ],
  "GET /v2/assets": ["/v2/assets", "/v2/assets?asset_class=crypto"],
  "GET /v2/assets/:name": ["/v2/assets/AAA", "/v2/assets/BTC%2FUSD"],
  "POST /v2/orders": orders.map((body) => ({ url: "/v2/orders", body })),
  "GET /v2/orders": ["/v2/orders", "/v2/orders?status=all&nested=true", "/v2/orders?status=all"],
  "DELETE /v2/orders": ["/v2/orders"],
  "GET /v2/orders/:id": [
    { url: ({ order }) => `/v2/orders/${order}` },
    { url: ({ bracket }) => `/v2/orders/${bracket}?nested=true` },
  ],
  "PATCH /v2/orders/:id": [
    { url: ({ order }) => `/v2/orders/${order}`, body: { limit_price: "141" } },
  ],
  "DELETE /v2/orders/:id": [{ url: ({ order }) => `/v2/orders/${order}` }],
  "GET /v2/orders-by-client-order-id": ["/v2/orders:by_client_order_id?client_order_id=held"],
  "GET /v2/positions": ["/v2/positions"],
  "GET /v2/positions/:name": ["/v2/positions/AAA", "/v2/positions/BTCUSD", "/v2/positions/BBB"],
  "DELETE /v2/positions": ["/v2/positions?cancel_orders=true"],
  "DELETE /v2/positions/:name": ["/v2/positions/BBB", "/v2/positions/BTCUSD?percentage=50"],
  "GET /v2/clock": ["/v2/clock"],
  "GET /v2/calendar": ["/v2/calendar?start=2024-05-28&end=2024-06-04"],
  "GET /v3/clock": ["/v3/clock?markets=NYSE,NASDAQ"],
  "GET /v3/calendar/:market": ["/v3/calendar/NYSE?start=2024-06-03&end=2024-06-07"],
  "GET /v2/watchlists": ["/v2/watchlists"],
  "POST /v2/watchlists": [{ url: "/v2/watchlists", body: { name: "other", symbols: ["BBB"] } }],
  "GET /v2/watchlists/:id": [{ url: ({ list }) => `/v2/watchlists/${list}` }],
  "PUT /v2/watchlists/:id": [
    { url: ({ list }) => `/v2/watchlists/${list}`, body: { name: "new", symbols: ["AAA"] } },
  ],
  "POST /v2/watchlists/:id": [
    { url: ({ list }) => `/v2/watchlists/${list}`, body: { symbol: "BBB" } },
  ],
  "DELETE /v2/watchlists/:id": [{ url: ({ list }) => `/v2/watchlists/${list}` }],
  "DELETE /v2/watchlists/:id/:symbol": [{ url: ({ list }) => `/v2/watchlists/${list}/AAA` }],
  "GET /v2/watchlists/by-name": ["/v2/watchlists:by_name?name=mine"],
  "PUT /v2/watchlists/by-name": [
    { url: "/v2/watchlists:by_name?name=mine", body: { symbols: ["AAA"] } },
  ],
  "POST /v2/watchlists/by-name": [
    { url: "/v2/watchlists:by_name?name=mine", body: { symbol: "BBB" } },
  ],
  "DELETE /v2/watchlists/by-name": ["/v2/watchlists:by_name?name=mine"],
  "GET /v2/corporate_actions/announcements": [
    "/v2/corporate_actions/announcements?ca_types=dividend,split&since=2024-06-01&until=2024-06-30",
  ],
  "GET /v2/stocks/bars": [
    "/v2/stocks/bars?symbols=AAA,BBB&timeframe=1Min&limit=7",
    "/v2/stocks/bars?symbols=AAA&timeframe=1Day&start=2024-05-01&adjustment=all",
  ],
  "GET /v2/stocks/quotes": ["/v2/stocks/quotes?symbols=AAA"],
  "GET /v2/stocks/trades": ["/v2/stocks/trades?symbols=AAA"],
  "GET /v2/stocks/bars/latest": ["/v2/stocks/bars/latest?symbols=AAA,BBB"],
  "GET /v2/stocks/quotes/latest": ["/v2/stocks/quotes/latest?symbols=AAA,BBB"],
  "GET /v2/stocks/trades/latest": ["/v2/stocks/trades/latest?symbols=AAA,BBB"],
  "GET /v2/stocks/snapshots": ["/v2/stocks/snapshots?symbols=AAA,BBB"],
  "GET /v2/stocks/:symbol/bars": ["/v2/stocks/AAA/bars?timeframe=5Min"],
  "GET /v2/stocks/:symbol/quotes": ["/v2/stocks/AAA/quotes"],
  "GET /v2/stocks/:symbol/trades": ["/v2/stocks/AAA/trades"],
  "GET /v2/stocks/:symbol/bars/latest": ["/v2/stocks/AAA/bars/latest"],
  "GET /v2/stocks/:symbol/quotes/latest": ["/v2/stocks/AAA/quotes/latest"],
  "GET /v2/stocks/:symbol/trades/latest": ["/v2/stocks/AAA/trades/latest"],
  "GET /v2/stocks/:symbol/snapshot": ["/v2/stocks/AAA/snapshot"],
  "GET /v1beta3/crypto/:loc/bars": [`${CRYPTO}/bars?symbols=BTC/USD&timeframe=1Min&${DAY}`],
  "GET /v1beta3/crypto/:loc/quotes": [`${CRYPTO}/quotes?symbols=BTC/USD&${DAY}`],
  "GET /v1beta3/crypto/:loc/trades": [`${CRYPTO}/trades?symbols=BTC/USD&${DAY}`],
  "GET /v1beta3/crypto/:loc/latest/bars": [`${CRYPTO}/latest/bars?symbols=BTC/USD`],
  "GET /v1beta3/crypto/:loc/latest/quotes": [`${CRYPTO}/latest/quotes?symbols=BTC/USD`],
  "GET /v1beta3/crypto/:loc/latest/trades": [`${CRYPTO}/latest/trades?symbols=BTC/USD`],
  "GET /v1beta3/crypto/:loc/latest/orderbooks": [`${CRYPTO}/latest/orderbooks?symbols=BTC/USD`],
  "GET /v1beta3/crypto/:loc/snapshots": [`${CRYPTO}/snapshots?symbols=BTC/USD`],
  "GET /v1beta1/screener/stocks/most-actives": ["/v1beta1/screener/stocks/most-actives"],
  "GET /v1beta1/screener/:market/movers": [
    "/v1beta1/screener/stocks/movers",
    "/v1beta1/screener/crypto/movers",
  ],
  "GET /v1/corporate-actions": ["/v1/corporate-actions?symbols=AAA,BBB&start=2024-06-01"],
  "GET /v1beta1/news": ["/v1beta1/news"],
};

/** Every route there is, by the router itself. */
const paper = new PaperAccount(settingsOf({ feeds: [minutes("AAA", flat(100))] }));
const ROUTES = [...tradingRoutes(paper).routes, ...dataRoutes(paper).routes].map(
  ({ method, path }) => `${method} ${path}`,
);

test("every route is asked something, and nothing else is", () => {
  expect([...new Set(ROUTES)].sort()).toEqual(Object.keys(ASKS).sort());
  expect(ROUTES.length).toBeGreaterThan(55);
});

test.each(Object.keys(ASKS))("%s is refused without keys", async (route) => {
  const one = rig([minutes("AAA", flat(100, 3))]);
  const [method = ""] = route.split(" ");
  const url = (ASKS[route] ?? []).map((ask) => urlOf(ask, NOBODY))[0] ?? "";
  const reply = await one.exchange.fetch(new Request(`http://x${url}`, { method }));
  // Crypto data is open to everybody.
  if (url.startsWith(CRYPTO)) return expect(reply.status).toBe(200);
  expect(reply.status).toBe(401);
  expect(await reply.json()).toEqual({ message: "unauthorized." });
});

test.each([
  ["GET", "/v2/orders?status=odd", 422],
  ["GET", `/v2/orders/${NOBODY.order}`, 404],
  ["GET", "/v2/orders/no-uuid", 404],
  ["DELETE", `/v2/orders/${NOBODY.order}`, 404],
  ["PATCH", `/v2/orders/${NOBODY.order}`, 404],
  ["GET", "/v2/orders:by_client_order_id?client_order_id=nobody", 404],
  ["POST", "/v2/orders", 422],
  ["GET", "/v2/assets/ZZZ", 404],
  ["GET", "/v2/positions/AAA", 404],
  ["DELETE", "/v2/positions/AAA", 404],
  ["GET", `/v2/watchlists/${NOBODY.list}`, 404],
  ["DELETE", `/v2/watchlists/${NOBODY.list}`, 404],
  ["PATCH", "/v2/account/configurations", 422],
  ["GET", "/v2/account/activities?page_size=0", 422],
  ["GET", "/v2/account/portfolio/history?period=1X", 422],
  ["GET", "/v2/calendar?start=yesterday", 400],
  ["GET", "/v2/corporate_actions/announcements", 422],
  ["GET", "/v2/stocks/bars?symbols=AAA", 400],
  ["GET", "/v2/stocks/bars?timeframe=1Min", 400],
  ["GET", "/v2/stocks/AAA/quotes?limit=0", 400],
  ["GET", "/v2/stocks/trades?symbols=AAA&start=then", 400],
  ["GET", "/v2/stocks/snapshots?symbols=AAA&feed=odd", 400],
  ["GET", "/v2/stocks/bars/latest?symbols=a$a", 400],
  ["GET", `${CRYPTO}/bars?symbols=BTCUSD&timeframe=1Min`, 400],
  ["GET", "/v1beta1/screener/bonds/movers", 404],
  ["GET", "/v1beta1/screener/stocks/most-actives?top=0", 400],
  ["GET", "/v1/corporate-actions?types=odd", 400],
  ["GET", "/v2/options/contracts", 404],
])("%s %s is refused with %i and a body as Alpaca's", async (method, url, status) => {
  const one = rig([minutes("AAA", flat(100, 3))]);
  const bare = method === "GET" || method === "DELETE";
  const reply = await one.ask(method, url, bare ? undefined : { qty: -1, no_shorting: "odd" });
  expect([reply.status, reply.body]).toEqual([status, reply.body]);
  expect(typeof reply.body.message).toBe("string");
  expect(reply.body.message).not.toBe("");
  const { code } = reply.body;
  // Market data has no codes; those of trading have eight digits, as a rule of the status's own.
  if (code !== undefined) expect(String(code)).toMatch(/^4\d{7}$/);
  expect(Object.keys(reply.body)).toEqual(Object.keys(reply.body).sort());
});

describe.skipIf(!HAS_SPECS)("replies fit Alpaca's OpenAPI description", () => {
  let judges: Readonly<Record<Api, Judge>>;
  beforeAll(() => {
    judges = { trading: judgeOf("trading"), data: judgeOf("data") };
  });

  it.each(Object.keys(ASKS))("%s", async (route) => {
    const [method = "", path = ""] = route.split(" ");
    const found = pathIn(path);
    if (found === undefined) throw new Error(`no file describes ${path}`);
    for (const ask of ASKS[route] ?? []) {
      const { one, ids } = await busy();
      const body = typeof ask === "string" ? undefined : ask.body;
      const reply = await one.ask(method, urlOf(ask, ids), body);
      expect([reply.status, reply.body]).toEqual([expect.toBeOneOf([200, 204, 207]), reply.body]);
      const judge = judges[found.api];
      expect(judge(found.path, method.toLowerCase(), reply.status, reply.body)).toBe("");
    }
  });

  it("and a reply that does not fit is noticed", () => {
    expect(judges.trading("/v2/clock", "get", 200, { is_open: "yes" })).toContain("is_open");
    expect(judges.trading("/v2/clock", "get", 299, {})).toContain("no reply 299");
    expect(judges.trading("/v2/watchlists/{watchlist_id}", "delete", 204, {})).toContain("none");
    expect(judges.data("/v2/stocks/bars", "get", 200, { bars: [] })).not.toBe("");
  });
});

function urlOf(ask: string | Ask, ids: Ids): string {
  const url = typeof ask === "string" ? ask : ask.url;
  return typeof url === "string" ? url : url(ids);
}
