import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { openBooks } from "../../core/runtime/open.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { allProfiles, picked } from "../../functions/cli/catalogue.ts";
import { createExchange, type Listening } from "../../functions/exchange/exchange.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { run } from "../cli/terminal.ts";
import { feeds } from "../live/minutes.ts";

const NAME = "minutes-breakout";
const exchange = createExchange({ feeds: feeds(), fromMs: newYorkTimeMs("2024-07-01", "10:00") });
let folder = "";
let served: Listening;
let account = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bellwether-reconcile-"));
  served = await exchange.listen({ port: 0, host: "127.0.0.1" });
  const compiled = compileProfile(picked(await allProfiles(), NAME, "profile"));
  account = compiled.account.name;
  const store = new LocalStore({ folder });
  await openBooks(store, [compiled]);
  await store.close();
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

const reconcile = (...args: string[]) =>
  run("reconcile", account, "--store", folder, "--url", served.url, ...args);

test("books that agree are said to, and end with 0", async () => {
  const { code, out, err } = await reconcile();
  expect([code, out, err]).toEqual([0, out, ""]);
  expect(out).toMatch(/booked +0 events .*nothing was missed/);
});

test("--paper asks Alpaca's paper host, with the keys of the environment", async () => {
  const asked: string[] = [];
  const network = globalThis.fetch;
  vi.stubEnv("APCA_API_KEY_ID", "key-of-mine");
  vi.stubEnv("APCA_API_SECRET_KEY", "secret-of-mine");
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
    const { origin, pathname, search } = new URL(String(url));
    asked.push(`${origin} ${new Headers(init?.headers).get("apca-api-key-id")}`);
    return network(`${served.url}${pathname}${search}`, init);
  });
  const { code, out, err } = await run("reconcile", account, "--store", folder, "--paper").finally(
    () => {
      vi.unstubAllGlobals();
      vi.unstubAllEnvs();
    },
  );
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("nothing was missed");
  expect(new Set(asked)).toEqual(new Set(["https://paper-api.alpaca.markets key-of-mine"]));
});

test("a position that nobody knows of is told and halts, and ends with 1", async () => {
  await fetch(`${served.url}/v2/orders`, {
    method: "POST",
    headers: { "APCA-API-KEY-ID": "any", "APCA-API-SECRET-KEY": "any" },
    body: JSON.stringify({
      symbol: "AAA",
      qty: "3",
      side: "buy",
      type: "market",
      time_in_force: "day",
    }),
  });
  const resting = await reconcile("--json");
  expect(resting.code).toBe(0);
  expect(JSON.parse(resting.out)[0].strangers).toHaveLength(1);
  await exchange.runTo(newYorkTimeMs("2024-07-01", "10:02"));
  const { code, out, err } = await reconcile();
  expect(code).toBe(1);
  expect(out).toMatch(/drift +AAA +0 +3 +HALTED/);
  expect(err).toContain("differs from the venue's books");
  const again = await reconcile("--json");
  expect(again.code).toBe(1);
  expect(JSON.parse(again.out)[0].drifts).toMatchObject([{ what: "AAA", ours: "0", venues: "3" }]);
});

test("where the venue is must be said, and an account without books is refused", async () => {
  expect((await run("reconcile", "--store", folder)).err).toContain("expected one of --url");
  expect((await run("reconcile", "nobody", "--store", folder, "--paper")).err).toContain(
    "expected books of nobody, found none",
  );
});
