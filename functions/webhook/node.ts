import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "./app.ts";
import type { WebhookPorts } from "./call.ts";
import { boundCrowd } from "./crowd.ts";

/** Where a server listens. */
export interface ListenOptions {
  /** 0 takes any that is free. */
  readonly port: number;
  /** `127.0.0.1` keeps it on this machine: put a proxy with TLS in front to let others in. */
  readonly host: string;
  /** How many connections are held at once, see {@link boundCrowd}. Default 2,000. */
  readonly maxConnections?: number;
}

/** A server that listens. */
export interface Listening {
  /** Address with the port, without a slash at the end. */
  readonly url: string;
  /** Takes no new calls, and ends when those that run are answered. */
  close(): Promise<void>;
}

/** A caller that is slow to say what it wants is let go: it must not hold a socket for ever. */
const SLOW = { headersTimeout: 3_000, requestTimeout: 5_000, connectionsCheckingInterval: 1_000 };
const KEEP_ALIVE_MS = 5_000;
const MAX_CONNECTIONS = 2_000;

/**
 * Serves the webhook on this machine: `bellwether serve` runs it beside all else.
 * @throws whatever listening throws: a port in use, an address that is not ours.
 */
export function listen(ports: WebhookPorts, at: ListenOptions): Promise<Listening> {
  return listenWith(createApp(ports).fetch, at);
}

/** Serves an app of any kind on this machine, with the same bounds on slow callers. */
export async function listenWith(
  fetch: Parameters<typeof createAdaptorServer>[0]["fetch"],
  at: ListenOptions,
): Promise<Listening> {
  const server = createAdaptorServer({ fetch, serverOptions: SLOW });
  boundCrowd(server, at.maxConnections ?? MAX_CONNECTIONS);
  if ("keepAliveTimeout" in server) server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, () => resolve());
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : at.port;
  return {
    url: `http://${at.host.includes(":") ? `[${at.host}]` : at.host}:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        if ("closeIdleConnections" in server) server.closeIdleConnections();
      }),
  };
}
