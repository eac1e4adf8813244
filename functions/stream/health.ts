import { createServer, type Server } from "node:http";
import type { StreamTask } from "../../core/runtime/streamTask.ts";

/** A step that takes longer than this hangs, ms. */
const HANGS_MS = 60_000;

/** How a task is, for whoever asks. */
export interface Health {
  readonly isHealthy: boolean;
  readonly standing: "leads" | "stands by";
  /** Whether every line is up; a line that is down is polled, which is no reason to restart. */
  readonly live: boolean;
  /** When it was last stepped, UTC ms. */
  readonly steppedMs: number;
  /** How long bars are overdue in session, seconds. */
  readonly barsStaleS: number;
}

/** What `GET /health` says: 200 while the task is stepped, whether it leads or stands by. */
export function healthOf(task: StreamTask, steppedMs: number, nowMs: number): Health {
  const { handler } = task;
  return {
    isHealthy: nowMs - steppedMs < HANGS_MS,
    standing: handler === null ? "stands by" : "leads",
    live: handler?.isLive ?? false,
    steppedMs,
    barsStaleS: Math.round((handler?.staleMs ?? 0) / 1_000),
  };
}

/** Serves the health of a task on a port of this machine alone. */
export function serveHealth(port: number, health: () => Health): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== "/health") {
      response.writeHead(404).end();
      return;
    }
    const found = health();
    response.writeHead(found.isHealthy ? 200 : 503, { "content-type": "application/json" });
    response.end(JSON.stringify(found));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
