import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { Hono } from "hono/tiny";
import type { Call, WebhookPorts } from "./call.ts";
import { checkLength, readAll } from "./limits.ts";
import { type Answer, problemOf, Refused } from "./problem.ts";
import { Webhook } from "./webhook.ts";

/** What a listener hands over beside the request. */
export interface Bindings extends Partial<HttpBindings> {
  /** Address of the caller, as the gateway saw it. */
  readonly address?: string;
}
type Handled = Context<{ Bindings: Bindings }>;

/** The routes with their methods; any other method there is a 405. */
export const ROUTES = {
  "/signals/:profile": "POST",
  "/signals/:profile/:token": "POST",
  "/kill/:scope": "POST",
  "/health": "GET",
  "/openapi.json": "GET",
} as const;

/** The webhook as a Hono app, for every runtime that Hono runs on. */
export function createApp(ports: WebhookPorts, webhook: Webhook = new Webhook(ports)) {
  const app = new Hono<{ Bindings: Bindings }>();
  const receive = async (c: Handled) => respond(await webhook.receive(callOf(c, "profile")));
  app.post("/signals/:profile", receive);
  app.post("/signals/:profile/:token", receive);
  app.post("/kill/:scope", async (c) => respond(await webhook.kill(callOf(c, "scope"))));
  // Says that the process answers: what it stands on is watched elsewhere, by those who may ask.
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/openapi.json", async (c) => {
    const document = await import("./openapi/openapi.json", { with: { type: "json" } });
    return c.json(document.default);
  });
  for (const [path, method] of Object.entries(ROUTES)) {
    app.all(path, () => refused(new Refused("method", `expected ${method}`)));
  }
  app.notFound(() => refused(new Refused("unknown", "expected a known path")));
  app.onError((error) => {
    ports.log({
      route: "signal",
      outcome: "unavailable",
      status: 503,
      profile: null,
      trouble: error.message,
    });
    return refused(new Refused("unavailable", "nothing was stored"));
  });
  return app;
}

function callOf(c: Handled, name: "profile" | "scope"): Call {
  const { raw } = c.req;
  return {
    profile: c.req.param(name) ?? "",
    token: c.req.param("token") ?? null,
    header: (header) => raw.headers.get(header) ?? undefined,
    body: () => bodyOf(raw),
    address: c.env?.address ?? c.env?.incoming?.socket.remoteAddress ?? null,
  };
}

/** An announced length is held by the HTTP parser; a body without one is counted as it comes. */
async function bodyOf(request: Request): Promise<Uint8Array> {
  const announced = request.headers.get("content-length");
  if (announced !== null) checkLength(Number(announced));
  else if (request.body !== null) return readAll(request.body);
  const bytes = new Uint8Array(await request.arrayBuffer());
  checkLength(bytes.length);
  return bytes;
}

function refused(reason: Refused): Response {
  return respond(problemOf(reason, (text) => text));
}

function respond({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers });
}
