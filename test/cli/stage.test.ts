import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { allProfiles, picked } from "../../functions/cli/catalogue.ts";
import type { Listening } from "../../functions/exchange/exchange.ts";
import { loadFeeds } from "../../functions/replay/sources.ts";
import { type LocalDynamo, startDynamo } from "../../functions/wire/local.ts";
import { hasJava } from "../dynamo/java.ts";
import { type StageDay, tradeOnTable } from "./stageDay.ts";
import { run } from "./terminal.ts";

const dataDir = "../shared/data";
const hasShared = existsSync(dataDir);
if (!hasShared) console.warn("left out: commands on a deployed table: no ../shared/data");

const NAME = "minutes-breakout";
const DATE = "2013-10-08";
const KEYS = { [NAME]: { keyId: "stage", secret: "a-secret-of-the-stage" } };

/** Secrets Manager, as far as the keys of one stage are asked of it. */
async function secretsServer(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ SecretString: JSON.stringify(KEYS) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, server };
}

describe.skipIf(!hasJava || !hasShared)("commands on the table of a deployed stage", () => {
  let dynamo: LocalDynamo;
  let day: StageDay;
  let served: Listening;
  let secrets: Server;
  const folder = mkdtempSync(join(tmpdir(), "bellwether-stage-"));
  const on = (...args: string[]) => run(...args, "--stage", "here");

  beforeAll(async () => {
    dynamo = await startDynamo();
    const profile = picked(await allProfiles(), NAME, "profile");
    const loaded = await loadFeeds([compileProfile(profile)], { dataDir, onBad: "fail" });
    const fromMs = newYorkTimeMs(DATE, "00:00");
    day = await tradeOnTable(await dynamo.table("bellwether-here"), profile, {
      feeds: loaded.map(({ feed }) => feed),
      ticks: [],
      signals: [],
      actions: [],
      financing: null,
      fromMs,
      toMs: newYorkTimeMs(DATE, "10:40"),
    });
    served = await day.exchange.listen();
    const keeper = await secretsServer();
    secrets = keeper.server;
    // What a person's own shell says, but that the services are here.
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", dynamo.url);
    vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", keeper.url);
  }, 90_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await served?.close();
    secrets?.close();
    dynamo?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the day went without trouble", () => {
    expect(day.notices).toEqual([]);
  });

  test("`orders` lists what is open, and everything of a date", async () => {
    const open = JSON.parse((await on("orders", "--json")).out);
    expect(open.map((one: { status: string }) => one.status)).toContain("accepted");
    const all = JSON.parse((await on("orders", "--date", DATE, "--json")).out);
    expect(all).toHaveLength(12);
    expect(await on("orders", "--profile", "sixty-forty")).toMatchObject({
      code: 0,
      out: "none\n",
    });
  });

  test("`positions` and `fills` are those of the exchange", async () => {
    const held = await positions();
    expect(held).toEqual(await venuePositions());
    expect(Object.keys(held).length).toBeGreaterThan(1);
    const fills = JSON.parse((await on("fills", "--date", DATE, "--json")).out);
    expect(fills).toHaveLength((await alpaca("/v2/account/activities/FILL")).length);
  });

  test("`journal` prints every event, and `record` saves what decides alike again", async () => {
    const file = join(folder, "day.jsonl");
    const recorded = await on("record", "--date", DATE, "--out", file);
    expect(recorded).toMatchObject({ code: 0, out: expect.stringContaining("events to") });
    expect((await on("journal", "--date", DATE)).out).toBe(readFileSync(file, "utf8"));
    const alike = /^70 of 70 decisions are as they were recorded; 12 orders, 0 other/;
    expect(await run("parity", "--file", file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(alike),
    });
    expect(await on("parity", "--date", DATE)).toMatchObject({
      code: 0,
      out: expect.stringMatching(alike),
    });
  });

  test("`why` prints the chain, and `outcomes` how every trigger ended", async () => {
    const [order] = JSON.parse((await on("orders", "--date", DATE, "--json")).out);
    const { out } = await on("why", order.order);
    for (const part of ["bars.closed", "state ", "reason ", "sized by", "passed ", "attempt "]) {
      expect(out).toContain(part);
    }
    expect(out).toMatch(/fill {7}(buy|sell) \d+ \w+ at \d/);
    expect((await on("outcomes", "--date", DATE)).out).toMatch(/ order +4 /);
    expect((await on("why", "nothing.such")).code).toBe(2);
  });

  test("`reconcile` books what was missed, with the keys of the stage", async () => {
    const at = ["--url", served.url];
    expect(await on("reconcile", ...at)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/booked +0 events .*nothing was missed/),
    });
    const before = await positions();
    day.exchange.advanceTo(newYorkTimeMs(DATE, "11:30"));
    const missed = await on("reconcile", ...at, "--cash", "--json");
    expect(missed.code).toBe(0);
    expect(JSON.parse(missed.out)).toMatchObject([{ account: NAME, drifts: [] }]);
    expect(JSON.parse(missed.out)[0].booked).toBeGreaterThan(0);
    const after = await positions();
    expect(after).toEqual(await venuePositions());
    expect(after).not.toEqual(before);
  });

  test("`reconcile` asks Alpaca's paper host where no other is named", async () => {
    const asked: string[] = [];
    const network = globalThis.fetch;
    vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
      const { origin, pathname, search } = new URL(String(url));
      asked.push(`${origin} ${new Headers(init?.headers).get("apca-api-key-id")}`);
      return network(`${served.url}${pathname}${search}`, init);
    });
    const { code, out } = await on("reconcile", NAME).finally(() => vi.unstubAllGlobals());
    expect(code).toBe(0);
    expect(out).toContain("nothing was missed");
    expect(new Set(asked)).toEqual(new Set(["https://paper-api.alpaca.markets stage"]));
  });

  test("`kill` halts and cancels, `resume` lets go on, and both are in the table", async () => {
    expect((await on("kill", NAME, "--reason", "a drill")).out).toContain(
      `profile ${NAME} is halted`,
    );
    expect(JSON.parse((await on("kill", "--json")).out)).toHaveLength(2);
    expect((await on("resume")).out).toContain(": a drill\n");
    expect(await on("resume", NAME)).toMatchObject({ code: 0, out: "nothing is halted\n" });
  });

  test("a service that is out of reach is told in one line, as trouble that passes", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1");
    const { code, out, err } = await on("status");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^bellwether: AWS: .*ECONNREFUSED.*; try again when it is there\n$/);
  });

  test("a stage that is not there is said to be none", async () => {
    const { code, err } = await run("orders", "--stage", "nowhere");
    expect(code).toBe(2);
    expect(err).toMatch(/expected a deployed stage .*ResourceNotFound/);
    vi.stubEnv("AWS_REGION", undefined);
    const without = await on("orders").finally(() => vi.stubEnv("AWS_REGION", "us-east-1"));
    expect(without).toMatchObject({ code: 2, err: expect.stringContaining("AWS_REGION") });
  });

  /** Quantities by symbol, as the table has them and as the exchange does. */
  async function positions(): Promise<Readonly<Record<string, string>>> {
    const all: Record<string, string>[] = JSON.parse((await on("positions", "--json")).out);
    const held = all.filter(({ quantity }) => quantity !== "0");
    return Object.fromEntries(held.map(({ symbol, quantity = "" }) => [symbol, quantity]));
  }
  async function venuePositions(): Promise<Readonly<Record<string, string>>> {
    const all = await alpaca("/v2/positions");
    return Object.fromEntries(all.map(({ symbol, qty = "" }) => [symbol, qty]));
  }
  async function alpaca(path: string): Promise<readonly Record<string, string>[]> {
    const headers = { "APCA-API-KEY-ID": "any", "APCA-API-SECRET-KEY": "any" };
    const reply = await fetch(`${served.url}${path}`, { headers });
    return z.array(z.record(z.string(), z.coerce.string())).parse(await reply.json());
  }
});
