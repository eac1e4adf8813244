import { beforeEach, describe, expect, test } from "vitest";
import { compileProfile } from "../../core/strategy/profile.ts";
import { resume } from "../../functions/cli/books/control.ts";
import { dashboardApp } from "../../functions/dashboard/app.ts";
import { checkToken } from "../../functions/dashboard/guard.ts";
import type { Now } from "../../functions/dashboard/now.ts";
import { Tail } from "../../functions/dashboard/tail.ts";
import { deskOf } from "../live/desk.ts";
import { feeds, profile } from "../live/minutes.ts";

const TOKEN = "a-token-of-the-tests";
const DAY = "2024-07-01";
const HOST = { host: "127.0.0.1:8790" };
const BEARER = { ...HOST, authorization: `Bearer ${TOKEN}` };
const JSON_TYPE = { "content-type": "application/json" };

/** A dashboard of a desk that has traded for a session. */
async function dashboard() {
  const desk = await deskOf(profile(), "1m");
  await desk.play(feeds());
  const { store } = desk;
  const books = {
    store,
    journal: store,
    switches: store,
    where: "the desk",
    close: async () => {},
  };
  const app = dashboardApp({
    books,
    profiles: [compileProfile(profile())],
    clock: { nowMs: () => desk.time.nowMs },
    date: DAY,
    token: TOKEN,
    hosts: new Set(["127.0.0.1", "localhost"]),
    resume: (scope) => resume(books, scope),
  });
  const post = (path: string, body: unknown, headers: object = {}) =>
    app.request(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { ...BEARER, ...JSON_TYPE, ...headers },
    });
  return { desk, app, post };
}

let at: Awaited<ReturnType<typeof dashboard>>;
beforeEach(async () => {
  at = await dashboard();
});

describe("the dashboard is closed", () => {
  const paths = ["/", "/dashboard.js", "/api/now", "/api/why?id=x", "/nowhere", "/?token=wrong"];
  const everything = { kind: "all", name: "all" };

  test.each(paths)("to %s without the token", async (path) => {
    for (const headers of [HOST, { ...HOST, authorization: "Bearer wrong" }]) {
      const answer = await at.app.request(path, { headers });
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain("minutes");
    }
  });

  test("to the kill switch without the token, and nothing is switched", async () => {
    for (const path of ["/api/kill", "/api/resume"]) {
      at.desk.store.halt({ kind: "account", name: "x", reason: "r", by: "b", sinceMs: 0 });
      const init = { method: "POST", body: '{"profile":null}', headers: { ...HOST, ...JSON_TYPE } };
      expect((await at.app.request(path, init)).status).toBe(401);
      expect(at.desk.store.all()).toHaveLength(1);
    }
  });

  test("to names that are not its own, as a stranger's name may point to this machine", async () => {
    const answer = await at.app.request("/api/now", {
      headers: { ...BEARER, host: "evil.example" },
    });
    expect(answer.status).toBe(421);
  });

  test("to other pages of the same browser", async () => {
    const foreign = await at.post(
      "/api/kill",
      { profile: null },
      { origin: "http://evil.example" },
    );
    expect(foreign.status).toBe(403);
    const form = await at.post("/api/kill", { profile: null }, { "content-type": "text/plain" });
    expect(form.status).toBe(403);
    expect(at.desk.store.all()).not.toContainEqual(expect.objectContaining(everything));
  });

  test("to tokens that could be guessed", () => {
    expect(() => checkToken("short")).toThrow("expected at least 16 characters, got 5");
  });
});

describe("the dashboard", () => {
  test("takes the token once from the address and keeps it where scripts can't read it", async () => {
    const answer = await at.app.request(`/?token=${TOKEN}`, { headers: HOST });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/");
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const page = await at.app.request("/", { headers: { ...HOST, cookie } });
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'self'/,
    );
    expect(await page.text()).toMatch(/^<!doctype html>/);
  });

  test("shows profiles, orders, fills and events as the books have them", async () => {
    const answer = await at.app.request("/api/now", { headers: BEARER });
    const now: Now = JSON.parse(await answer.text());
    const events = at.desk.store.entries.map(({ event }) => event);
    const fills = events.filter(({ type }) => type === "order.filled.v1");
    expect(fills.length).toBeGreaterThan(0);
    expect(now.fills).toHaveLength(fills.length);
    expect(now.profiles).toMatchObject([{ name: "minutes", standing: "running", reason: "" }]);
    const { value } = at.desk.store.book("minutes") ?? {};
    expect(now.positions).toHaveLength(Object.keys(value?.ledgers.minutes?.positions ?? {}).length);
    expect(now.orders).toHaveLength(value?.orders.length ?? -1);
    expect(now.events.map(({ type }) => type)).not.toContain("bars.closed.v1");
  });

  test("explains an order", async () => {
    const request = at.desk.store.entries
      .map(({ event }) => event)
      .find((event) => event.type === "order.requested.v1");
    const answer = await at.app.request(`/api/why?id=${request?.data.orderId}`, {
      headers: BEARER,
    });
    expect(await answer.text()).toMatch(/order\.requested.*order\.approved.*order\.submitted/s);
    expect((await at.app.request("/api/why?id=none", { headers: BEARER })).status).toBe(404);
  });

  test("turns the kill switch of a profile or of everything, and lifts it", async () => {
    for (const profile of ["minutes", null]) {
      const on = await at.post("/api/kill", { profile, reason: "odd fills" });
      const kind = profile === null ? "all" : "profile";
      expect(on.status).toBe(200);
      expect(at.desk.store.all()).toMatchObject([{ kind, reason: "odd fills", by: "dashboard" }]);
      const answer = await at.app.request("/api/now", { headers: BEARER });
      const now: Now = JSON.parse(await answer.text());
      expect(now.profiles[0]?.standing).toBe("switched off");
      await at.post("/api/resume", { profile });
      expect(at.desk.store.all()).toEqual([]);
    }
  });

  test.each([
    [{ profile: "nobody" }, "profile: expected a known one, got nobody"],
    [{ profile: "../x" }, "expected {profile, reason}"],
    [{ reason: "x" }, "profile"],
    [{ profile: null, more: 1 }, "more"],
  ])("refuses %j, and says why", async (body, text) => {
    const answer = await at.post("/api/kill", body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(text);
    expect(at.desk.store.all()).toEqual([]);
  });

  test("refuses bodies that are no JSON or too large", async () => {
    const init = { method: "POST", headers: { ...BEARER, ...JSON_TYPE } };
    expect((await at.app.request("/api/kill", { ...init, body: "{" })).status).toBe(400);
    const large = JSON.stringify({ profile: null, reason: "x".repeat(5_000) });
    expect((await at.app.request("/api/kill", { ...init, body: large })).status).toBe(413);
  });
});

describe("the newest events of a day", () => {
  test("are read once each, also by two pages at the same time, and only what is new", async () => {
    const { store } = at.desk;
    let reads = 0;
    const journal = {
      ...store,
      event: store.event.bind(store),
      ofOrder: store.ofOrder.bind(store),
      order: store.order.bind(store),
      read: (query: Parameters<typeof store.read>[0]) => {
        reads += 1;
        return store.read(query);
      },
    };
    const tail = new Tail(journal);
    const [one, two] = await Promise.all([tail.read(DAY), tail.read(DAY)]);
    expect(two.map(({ id }) => id)).toEqual(one.map(({ id }) => id));
    expect(new Set(one.map(({ id }) => id)).size).toBe(one.length);
    const before = reads;
    await tail.read(DAY);
    expect(reads).toBe(before + 1);
    expect(await tail.read("1999-01-04")).toEqual([]);
    expect((await new Tail(journal, 3).read(DAY)).map(({ id }) => id)).toEqual(
      one.slice(-3).map(({ id }) => id),
    );
  });
});
