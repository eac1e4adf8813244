import { Hono } from "hono";
import { InputError } from "../../core/domain/errors.ts";
import { adminRoutes } from "./admin.ts";
import { dataRoutes } from "./data/routes.ts";
import { Refusal } from "./errors.ts";
import type { Faults } from "./faults.ts";
import { uuidOf } from "./ids.ts";
import { isAllowed, type Keys } from "./keys.ts";
import type { PaperAccount } from "./paper.ts";
import { RateLimit } from "./rateLimit.ts";
import type { Run } from "./run.ts";
import { tradingRoutes } from "./trading.ts";

/** A reply that never arrives: what was asked for may have happened all the same. */
export class LostReply extends TypeError {
  override readonly name = "LostReply";
}

/** Where the exchange itself is steered; Alpaca has nothing of it. */
export const ADMIN = "/_exchange";

/** Everything that is answered over HTTP, as one function. */
export function httpOf(paper: PaperAccount, run: Run): (request: Request) => Promise<Response> {
  const app = appOf(paper, run);
  const { faults } = paper;
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(ADMIN)) return app.fetch(request);
    const early = troubleOf(faults, request.method, pathname, false);
    if (early !== null) return early;
    const response = await app.fetch(request);
    return troubleOf(faults, request.method, pathname, true) ?? response;
  };
}

function appOf(paper: PaperAccount, run: Run): Hono {
  // A colon in the middle of a path is a parameter to the router.
  const app = new Hono({ getPath: (request) => plainPath(new URL(request.url).pathname) });
  const data = dataRoutes(paper);
  const limits = { trading: limitOf(paper), data: limitOf(paper) };
  let requests = 0;
  app.route(ADMIN, adminRoutes(paper, run));
  app.use(async (c, next) => {
    requests += 1;
    c.header("X-Request-ID", uuidOf("request", paper.settings.seed, requests).replaceAll("-", ""));
    const isData = isDataPath(c.req.path);
    const { allowed, headers } = limits[isData ? "data" : "trading"].take(paper.nowMs);
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    if (!isOpenPath(c.req.path)) checkKeys(paper.settings.keys, c.req.raw.headers);
    if (!allowed) throw isData ? tooMany : limited;
    await next();
  });
  app.route("/", data);
  app.route("/", tradingRoutes(paper));
  app.notFound((c) => c.json({ code: 40410000, message: "endpoint not found" }, 404));
  app.onError((error, c) => {
    const refusal = refusalOf(error);
    return c.json(refusal.body(), refusal.status);
  });
  return app;
}

const limited = new Refusal(429, 42910000, "rate limit exceeded");
const tooMany = new Refusal(429, null, "too many requests.");

function limitOf({ settings }: PaperAccount): RateLimit {
  return new RateLimit(settings.requestsPerMinute);
}

function plainPath(path: string): string {
  return path
    .replace("/v2/orders:by_client_order_id", "/v2/orders-by-client-order-id")
    .replace("/v2/watchlists:by_name", "/v2/watchlists/by-name");
}

/** No path is of both APIs. */
function isDataPath(path: string): boolean {
  return path.startsWith("/v2/stocks") || path.startsWith("/v1");
}

/** Crypto data is for everybody. */
function isOpenPath(path: string): boolean {
  return path.startsWith("/v1beta3/crypto");
}

function checkKeys(keys: Keys | null, headers: Headers): void {
  const bearer = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";
  const keyId = headers.get("apca-api-key-id") ?? (bearer === "" ? "" : "oauth");
  const secret = headers.get("apca-api-secret-key") ?? bearer;
  if (!isAllowed(keys, keyId, secret)) throw new Refusal(401, null, "unauthorized.");
}

function refusalOf(error: Error): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof InputError) return new Refusal(422, 42210000, error.message);
  return new Refusal(500, 50010000, `internal server error: ${error.message}`);
}

/**
 * What a fault makes of a request, before it takes effect or after; null where none is meant.
 * @throws LostReply where the line is cut.
 */
function troubleOf(faults: Faults, method: string, path: string, after: boolean): Response | null {
  const fits = (one: { after: boolean; path: string; method?: string | undefined }) =>
    one.after === after &&
    (one.method === undefined || one.method.toUpperCase() === method) &&
    path.startsWith(one.path);
  if (faults.take("lost", fits) !== null) throw new LostReply("socket hang up");
  const fault = faults.take("reply", fits);
  if (fault === null) return null;
  const { status, retryAfterS } = fault;
  const headers = retryAfterS === undefined ? {} : { "Retry-After": String(retryAfterS) };
  return Response.json(fault.body ?? defaultBody(status), { status, headers });
}

function defaultBody(status: number): unknown {
  if (status === 429) return limited.body();
  if (status === 503) return { code: 50010000, message: "service unavailable" };
  if (status >= 500) return { code: 50010000, message: "internal server error" };
  return { message: status === 401 ? "unauthorized." : "forbidden." };
}
