import { type Context, Hono } from "hono";
import type { PaperAccount } from "./paper.ts";
import { jsonOf, queryOf } from "./requests.ts";
import type { Watchlist } from "./watchlists.ts";

/** `/v2/watchlists`, by id and by name. */
export function watchlistRoutes(paper: PaperAccount): Hono {
  const { watchlists } = paper;
  const app = new Hono();
  app.get("/", (c) => c.json(watchlists.list()));
  app.post("/", async (c) => c.json(watchlists.create(await jsonOf(c), paper.nowMs)));
  routes(app, paper, "/by-name", (c) => watchlists.byName(queryOf(c).get("name") ?? ""));
  routes(app, paper, "/:id", (c) => watchlists.byId(c.req.param("id") ?? ""));
  app.delete("/:id/:symbol", (c) => {
    const list = watchlists.byId(c.req.param("id"));
    return c.json(watchlists.remove(list, c.req.param("symbol"), paper.nowMs));
  });
  return app;
}

function routes(app: Hono, paper: PaperAccount, path: string, find: (c: Context) => Watchlist) {
  const { watchlists } = paper;
  app.get(path, (c) => c.json(watchlists.json(find(c))));
  app.put(path, async (c) => c.json(watchlists.change(find(c), await jsonOf(c), paper.nowMs)));
  app.post(path, async (c) => c.json(watchlists.add(find(c), await jsonOf(c), paper.nowMs)));
  app.delete(path, (c) => {
    watchlists.delete(find(c));
    return c.body(null, 204);
  });
}
