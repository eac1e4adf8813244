import { Hono } from "hono";
import * as z from "zod";
import { iso } from "../../core/domain/time.ts";
import { malformed } from "./errors.ts";
import { readFault } from "./faults.ts";
import { readBody } from "./orderBody.ts";
import type { PaperAccount } from "./paper.ts";
import { instantIn } from "./query.ts";
import { jsonOf } from "./requests.ts";
import type { Run } from "./run.ts";

const advance = z.looseObject({
  /** RFC 3339, a New York date (its midnight), or epoch milliseconds; the end where left out. */
  to: z.union([z.string(), z.int()]).optional(),
  /** Milliseconds from now instead. */
  byMs: z.int().min(0).optional(),
});

/** Steers the exchange itself: its clock and its faults. */
export function adminRoutes(paper: PaperAccount, run: Run): Hono {
  const { faults } = paper;
  const app = new Hono();
  app.get("/state", (c) => c.json(stateOf(paper, run)));
  app.post("/advance", async (c) => {
    await run.to(targetOf(paper, run, await jsonOf(c)));
    return c.json(stateOf(paper, run));
  });
  app.post("/step", async (c) => {
    if (run.nextMs !== Number.POSITIVE_INFINITY) await run.to(run.nextMs);
    return c.json(stateOf(paper, run));
  });
  app.get("/faults", (c) => c.json(faults.list()));
  app.post("/faults", async (c) => c.json(faults.arm(readFault(await jsonOf(c))), 201));
  app.delete("/faults", (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  return app;
}

function targetOf(paper: PaperAccount, run: Run, json: unknown): number {
  const { to, byMs } = readBody(advance, json);
  const timeMs = typeof to === "string" ? instantIn(new URLSearchParams({ to }), "to") : to;
  const target = byMs === undefined ? (timeMs ?? run.untilMs) : paper.nowMs + byMs;
  if (target >= paper.nowMs) return target;
  throw malformed(`invalid to: the clock is at ${iso(paper.nowMs)} already`);
}

function stateOf(paper: PaperAccount, run: Run) {
  const next = run.nextMs;
  return {
    now: iso(paper.nowMs),
    next: Number.isFinite(next) ? iso(next) : null,
    end: iso(run.untilMs),
    symbols: [...paper.market.tapes.keys()],
    orders: paper.desk.orders().length,
    trade_updates: paper.updates.count,
    listening: run.listening(),
  };
}
