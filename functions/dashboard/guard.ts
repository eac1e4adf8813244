import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { InputError } from "../../core/domain/errors.ts";

const COOKIE = "bellwether_dashboard";
const SHORTEST = 16;

/** What the browser may do with the page: nothing but what it came with, from where it came. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
} as const;

/** @throws InputError for a token that could be guessed. */
export function checkToken(token: string): string {
  if (token.length >= SHORTEST) return token;
  throw new InputError(
    `BELLWETHER_DASHBOARD_TOKEN: expected at least ${SHORTEST} characters, got ${token.length}`,
  );
}

/**
 * Lets nobody in without the token, and nobody write from another page.
 *
 * - The token comes once in the address and stays in a cookie that scripts can't read and other
 *   sites don't send; callers without a browser send it as a bearer token.
 * - The `Host` must be one that the server is known by, so that a name of a stranger that points
 *   to this machine (DNS rebinding) reads nothing.
 * - What changes something must be JSON and come from the page itself.
 */
export function guard(token: string, hosts: ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    const host = c.req.header("host") ?? "";
    if (!hosts.has(hostname(host))) return c.text("expected a known host\n", 421);
    const offered = c.req.query("token");
    if (offered !== undefined && isSame(offered, token)) {
      setCookie(c, COOKIE, token, { httpOnly: true, sameSite: "Strict", path: "/" });
      return c.redirect("/", 303);
    }
    if (!isSame(tokenOf(c), token)) {
      return c.text(
        "expected the address that `bellwether dashboard` printed, with its token\n",
        401,
      );
    }
    if (c.req.method !== "GET" && !isOwn(c, host)) {
      return c.text("expected JSON, sent by the dashboard itself\n", 403);
    }
    return next();
  };
}

function tokenOf(c: Context): string {
  const bearer = c.req.header("authorization")?.replace(/^Bearer /, "");
  return bearer ?? getCookie(c, COOKIE) ?? "";
}

/** Digests are compared, so that neither length nor place of a difference shows in the time. */
function isSame(offered: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(offered), digest(token));
}

function isOwn(c: Context, host: string): boolean {
  const isJson = c.req.header("content-type")?.startsWith("application/json") === true;
  const origin = c.req.header("origin");
  return isJson && (origin === undefined || origin === `http://${host}`);
}

function hostname(host: string): string {
  return host.replace(/:\d{1,5}$/, "").toLowerCase();
}
