import { Hono } from "hono";
import { notFound, Refusal } from "../errors.ts";
import type { PaperAccount } from "../paper.ts";
import { queryOf } from "../requests.ts";
import type { Tape } from "../tape.ts";
import { adjustmentsIn } from "./adjust.ts";
import { barJson, bucketsOf } from "./bars.ts";
import { announcementsJson, corporateActionsJson } from "./corporateActions.ts";
import { type Page, pageOf } from "./paging.ts";
import {
  checkFeed,
  checkSymbol,
  type DataKind,
  type Points,
  type Span,
  spanIn,
  symbolsIn,
  tapeOf,
} from "./rows.ts";
import { mostActivesJson, moversJson } from "./screener.ts";
import { latestBar, snapshotJson } from "./snapshots.ts";
import {
  latestQuote,
  latestTrade,
  quoteJson,
  quotePoints,
  tradeJson,
  tradePoints,
} from "./ticks.ts";
import { readFrame } from "./timeframes.ts";

const SERIES = ["bars", "quotes", "trades"] as const;
type Series = (typeof SERIES)[number];
const SINGULARS = { bars: "bar", quotes: "quote", trades: "trade" } as const;

/** The market data API, for what the clock has passed. */
export function dataRoutes(paper: PaperAccount): Hono {
  const app = new Hono();
  for (const series of SERIES) {
    stockSeries(app, paper, series);
    cryptoSeries(app, paper, series);
  }
  snapshots(app, paper);
  app.get("/v1beta3/crypto/:loc/latest/orderbooks", (c) => c.json({ orderbooks: {} }));
  app.get("/v1beta1/screener/stocks/most-actives", (c) =>
    c.json(mostActivesJson(paper, queryOf(c))),
  );
  app.get("/v1beta1/screener/:market/movers", (c) => {
    const market = c.req.param("market");
    if (market !== "stocks" && market !== "crypto") throw notFound("endpoint not found");
    return c.json(moversJson(paper, queryOf(c), market));
  });
  app.get("/v1/corporate-actions", (c) => c.json(corporateActionsJson(paper, queryOf(c))));
  app.get("/v2/corporate_actions/announcements", (c) =>
    c.json(announcementsJson(paper, queryOf(c))),
  );
  app.get("/v1beta1/news", (c) => c.json({ news: [], next_page_token: null }));
  return app;
}

function stockSeries(app: Hono, paper: PaperAccount, series: Series): void {
  const one = SINGULARS[series];
  app.get(`/v2/stocks/${series}/latest`, (c) => {
    checkFeed(paper, queryOf(c), "latest");
    const symbols = symbolsIn(queryOf(c), "stocks");
    return c.json({ [series]: latestOf(paper, symbols, series, "stocks") });
  });
  app.get(`/v2/stocks/:symbol/${series}/latest`, (c) => {
    checkFeed(paper, queryOf(c), "latest");
    const symbol = c.req.param("symbol");
    checkSymbol(symbol, "stocks");
    const found = latestOf(paper, [symbol], series, "stocks")[symbol];
    if (found === undefined) throw new Refusal(404, null, `no ${one} found for ${symbol}`);
    return c.json({ symbol, [one]: found });
  });
  app.get(`/v2/stocks/${series}`, (c) => {
    const query = queryOf(c);
    const { points, nextToken } = seriesPage(paper, query, symbolsIn(query, "stocks"), series);
    return c.json({ [series]: Object.fromEntries(points), next_page_token: nextToken });
  });
  app.get(`/v2/stocks/:symbol/${series}`, (c) => {
    const symbol = c.req.param("symbol");
    checkSymbol(symbol, "stocks");
    const { points, nextToken } = seriesPage(paper, queryOf(c), [symbol], series);
    return c.json({ symbol, [series]: points.get(symbol) ?? [], next_page_token: nextToken });
  });
}

function cryptoSeries(app: Hono, paper: PaperAccount, series: Series): void {
  app.get(`/v1beta3/crypto/:loc/latest/${series}`, (c) =>
    c.json({ [series]: latestOf(paper, symbolsIn(queryOf(c), "crypto"), series, "crypto") }),
  );
  app.get(`/v1beta3/crypto/:loc/${series}`, (c) => {
    const query = queryOf(c);
    const symbols = symbolsIn(query, "crypto");
    const { points, nextToken } = seriesPage(paper, query, symbols, series, "crypto");
    return c.json({ [series]: Object.fromEntries(points), next_page_token: nextToken });
  });
}

function snapshots(app: Hono, paper: PaperAccount): void {
  const all = (symbols: readonly string[], kind: DataKind) =>
    Object.fromEntries(
      tapesOf(paper, symbols, kind).map(([symbol, tape]) => [
        symbol,
        snapshotJson(paper, tape, kind),
      ]),
    );
  app.get("/v2/stocks/snapshots", (c) => {
    checkFeed(paper, queryOf(c), "latest");
    return c.json(all(symbolsIn(queryOf(c), "stocks"), "stocks"));
  });
  app.get("/v2/stocks/:symbol/snapshot", (c) => {
    checkFeed(paper, queryOf(c), "latest");
    const symbol = c.req.param("symbol");
    checkSymbol(symbol, "stocks");
    return c.json({ symbol, ...all([symbol], "stocks")[symbol] });
  });
  app.get("/v1beta3/crypto/:loc/snapshots", (c) =>
    c.json({ snapshots: all(symbolsIn(queryOf(c), "crypto"), "crypto") }),
  );
}

function seriesPage(
  paper: PaperAccount,
  query: URLSearchParams,
  symbols: readonly string[],
  series: Series,
  kind: DataKind = "stocks",
): Page {
  const { nowMs } = paper;
  if (kind === "stocks") checkFeed(paper, query, spanIn(query, kind, nowMs).toMs);
  const pointsOf = readerOf(paper, query, series, kind);
  return pageOf(query, symbols, { kind, nowMs }, (symbol, span) => {
    const tape = tapeOf(paper, symbol, kind);
    return tape === undefined ? { length: 0, at: () => null } : pointsOf(tape, span);
  });
}

function readerOf(
  { market }: PaperAccount,
  query: URLSearchParams,
  series: Series,
  kind: DataKind,
): (tape: Tape, span: Span) => Points {
  if (series === "quotes") return (tape, span) => quotePoints(tape, span, kind);
  if (series === "trades") return (tape, span) => tradePoints(tape, span, kind);
  const frame = readFrame(query.get("timeframe"));
  return (tape, span) => {
    const adjustments = adjustmentsIn(query, market.actions, tape, span.knownMs);
    const buckets = bucketsOf(tape, frame, span, adjustments);
    return {
      length: buckets.length,
      at: (row) => {
        const bucket = buckets[row];
        return bucket === undefined ? null : barJson(bucket, kind);
      },
    };
  };
}

function latestOf(
  paper: PaperAccount,
  symbols: readonly string[],
  series: Series,
  kind: DataKind,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    tapesOf(paper, symbols, kind).flatMap(([symbol, tape]) => {
      const found = latestIn(tape, paper.nowMs, series, kind);
      return found === null ? [] : [[symbol, found]];
    }),
  );
}

function latestIn(tape: Tape, nowMs: number, series: Series, kind: DataKind): unknown {
  if (series === "bars") {
    const bar = latestBar(tape, nowMs);
    return bar === null ? null : barJson(bar, kind);
  }
  if (series === "quotes") {
    const quote = latestQuote(tape, nowMs);
    return quote === null ? null : quoteJson(quote, kind);
  }
  const trade = latestTrade(tape, nowMs);
  return trade === null ? null : tradeJson(trade, tape.tradeRow, kind);
}

function tapesOf(
  paper: PaperAccount,
  symbols: readonly string[],
  kind: DataKind,
): readonly (readonly [string, Tape])[] {
  return symbols.flatMap((symbol) => {
    const tape = tapeOf(paper, symbol, kind);
    return tape === undefined ? [] : [[symbol, tape] as const];
  });
}
