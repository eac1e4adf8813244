import { readFileSync } from "node:fs";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import { slug } from "../../core/domain/schema.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { SwitchScope } from "../../core/ports/switches.ts";
import { journalDate } from "../../core/runtime/takeSnapshots.ts";
import { explain } from "../../core/runtime/why.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import type { Books } from "../cli/books/books.ts";
import { standingOf } from "../cli/books/standingOf.ts";
import { whyText } from "../cli/books/whyText.ts";
import { guard } from "./guard.ts";
import { nowOf } from "./now.ts";
import { Tail } from "./tail.ts";

/** What a dashboard shows, and who may see it. */
export interface DashboardOptions {
  readonly books: Books;
  readonly profiles: readonly CompiledProfile[];
  readonly clock: Clock;
  /** UTC day (ISO) whose fills and events are shown; default today by the clock. */
  readonly date?: string;
  readonly token: string;
  /** Names by which this server may be called, without the port: `127.0.0.1`, `localhost`. */
  readonly hosts: ReadonlySet<string>;
  /** Lifts a switch, and what a limit of the profile has ended. */
  readonly resume: (scope: SwitchScope) => Promise<void>;
}

const ASSETS = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/dashboard.js": ["dashboard.js", "text/javascript; charset=utf-8"],
  "/table.js": ["table.js", "text/javascript; charset=utf-8"],
  "/format.js": ["format.js", "text/javascript; charset=utf-8"],
  "/dashboard.css": ["dashboard.css", "text/css; charset=utf-8"],
} as const;

const order = z.strictObject({
  /** One profile; null for everything. */
  profile: slug.nullable(),
  reason: z.string().max(200).default("by hand"),
});

const LARGEST_BODY = 4_096;

/** The dashboard: one page, what it shows as JSON, and the kill switch. */
export function dashboardApp(options: DashboardOptions): Hono {
  const { books, profiles, clock } = options;
  const tail = new Tail(books.journal);
  const app = new Hono();
  app.use(guard(options.token, options.hosts));
  for (const [path, [file, type]] of Object.entries(ASSETS)) {
    const text = readFileSync(new URL(`./page/${file}`, import.meta.url), "utf8");
    app.get(path, (c) => c.body(text, 200, { "content-type": type }));
  }
  app.get("/api/now", async (c) => {
    const nowMs = clock.nowMs();
    const events = await tail.read(options.date ?? journalDate(nowMs));
    return c.json(await nowOf(books, profiles, events, nowMs));
  });
  app.get("/api/why", async (c) => {
    const found = await explain(books.journal, c.req.query("id") ?? "");
    if (found === undefined) return c.text("nothing of this id is in the journal\n", 404);
    // Without it the rest of the explanation stands by itself.
    const standing = await standingOf(books.journal, found).catch(() => undefined);
    return c.text(whyText(found, standing));
  });
  const limit = bodyLimit({ maxSize: LARGEST_BODY });
  app.post("/api/kill", limit, async (c) => {
    const { profile, reason } = order.parse(await c.req.json());
    const scope = scopeOf(profiles, profile);
    await books.switches.halt({ ...scope, reason, by: "dashboard", sinceMs: clock.nowMs() });
    return c.json({ halts: await books.switches.all() });
  });
  app.post("/api/resume", limit, async (c) => {
    const { profile } = order.parse(await c.req.json());
    await options.resume(scopeOf(profiles, profile));
    return c.json({ halts: await books.switches.all() });
  });
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    const isInput = error instanceof InputError || error instanceof z.ZodError;
    const bad = isInput || error instanceof SyntaxError;
    return c.text(
      `${bad ? "expected {profile, reason}: " : ""}${error.message}\n`,
      bad ? 400 : 500,
    );
  });
  return app;
}

function scopeOf(profiles: readonly CompiledProfile[], name: string | null): SwitchScope {
  if (name === null) return { kind: "all", name: "all" };
  // A misspelt name must not look like a switch that is on.
  if (profiles.some((profile) => profile.name === name)) return { kind: "profile", name };
  throw new InputError(`profile: expected a known one, got ${name}`);
}
