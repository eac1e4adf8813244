import { Hono } from "hono";
import { accountJson } from "./account.ts";
import { assetClassOf, assetJson, listingOf } from "./assets.ts";
import { calendarJson, clockJson, clocksJson, marketCalendarJson } from "./clock.ts";
import { malformed, notFound } from "./errors.ts";
import { orderByClientId, ordersRoutes } from "./orders.ts";
import type { PaperAccount } from "./paper.ts";
import { portfolioJson } from "./portfolio.ts";
import { positionRoutes } from "./positionRoutes.ts";
import { listIn } from "./query.ts";
import { jsonOf, queryOf } from "./requests.ts";
import { watchlistRoutes } from "./watchlistRoutes.ts";

/** The trading API: everything below `/v2` and `/v3` that is no market data. */
export function tradingRoutes(paper: PaperAccount): Hono {
  const app = new Hono();
  app.route("/v2/orders", ordersRoutes(paper));
  app.get("/v2/orders-by-client-order-id", (c) => orderByClientId(paper, c));
  app.route("/v2/positions", positionRoutes(paper));
  app.route("/v2/account", accountRoutes(paper));
  app.route("/v2/watchlists", watchlistRoutes(paper));
  app.get("/v2/assets", (c) => c.json(assetList(paper, queryOf(c))));
  app.get("/v2/assets/:name", (c) => {
    const name = c.req.param("name");
    const asset = paper.assets.find(name);
    if (asset === undefined) throw notFound(`asset not found for ${name}`);
    return c.json(assetJson(asset));
  });
  app.get("/v2/clock", (c) => c.json(clockJson(paper.nowMs)));
  app.get("/v2/calendar", (c) => c.json(calendarJson(queryOf(c))));
  app.get("/v3/clock", (c) => c.json(clocksJson(queryOf(c), paper.nowMs)));
  app.get("/v3/calendar/:market", (c) =>
    c.json(marketCalendarJson(c.req.param("market"), queryOf(c))),
  );
  return app;
}

function accountRoutes(paper: PaperAccount): Hono {
  const { books, configurations, activities, curve, settings } = paper;
  const app = new Hono();
  app.get("/", (c) => {
    const { lastClose, createdMs, desk } = paper;
    const parts = { books, configurations, lastClose, createdMs, seed: settings.seed };
    return c.json(accountJson({ ...parts, open: desk.open() }));
  });
  app.get("/configurations", (c) => c.json(configurations.current));
  app.patch("/configurations", async (c) => c.json(configurations.change(await jsonOf(c))));
  app.get("/activities", (c) => c.json(activities.list(queryOf(c), null)));
  app.get("/activities/:type", (c) =>
    c.json(activities.list(queryOf(c), [c.req.param("type").toUpperCase()])),
  );
  app.get("/portfolio/history", (c) => c.json(portfolioJson(curve, queryOf(c), paper.nowMs)));
  return app;
}

function assetList({ assets }: PaperAccount, query: URLSearchParams): readonly unknown[] {
  const status = query.get("status");
  if (status !== null && !["active", "inactive", "all", ""].includes(status)) {
    throw malformed(`invalid status: ${status}`);
  }
  const wanted = query.get("asset_class") || "us_equity";
  const exchange = query.get("exchange");
  const attributes = listIn(query, "attributes");
  if (status === "inactive" || attributes !== null) return [];
  return assets
    .list()
    .filter((one) => assetClassOf(one) === wanted)
    .filter((one) => exchange === null || exchange === "" || listingOf(one) === exchange)
    .map(assetJson);
}
