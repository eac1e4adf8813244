import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { equity } from "../../core/index.ts";
import { createExchange, type Listening } from "../../functions/exchange/exchange.ts";
import { type LocalDynamo, startDynamo } from "../../functions/wire/local.ts";
import { hasJava } from "../dynamo/java.ts";
import { LocalStage } from "../lambda/localStage.ts";
import { barsOf } from "../runtime/worlds.ts";
import * as profiles from "./profiles/streamed.ts";

const MINUTE_MS = 60_000;
const openMs = newYorkTimeMs("2024-07-02", "09:30");
const venueKeys = { keyId: "AKPAPER", secret: "canary-venue-secret" };
const WAIT = { timeout: 30_000, interval: 50 };

const feeds = ["AAA", "BBB"].map((symbol, i) => {
  const rows = Array.from({ length: 60 }, (_, at) => {
    const price = 100 + i * 10 + (at % 7) / 10;
    return [price, price + 0.2, price - 0.2, price + 0.1] as const;
  });
  const columns = barsOf(rows, openMs, MINUTE_MS);
  return { instrument: equity(symbol), timeframe: "1m" as const, columns };
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

describe.skipIf(!hasJava)("the stream task from its bundle, over real sockets", () => {
  const startMs = openMs + 10 * MINUTE_MS + 20_000;
  const exchange = createExchange({ feeds, fromMs: startMs });
  let dynamo: LocalDynamo;
  let served: Listening;
  let stage: LocalStage;
  let child: ChildProcess;
  let port: number;
  let said = "";

  beforeAll(async () => {
    dynamo = await startDynamo();
    served = await exchange.listen({ port: 0, host: "127.0.0.1" });
    port = await freePort();
    stage = await LocalStage.open({
      profiles: Object.values(profiles),
      folder: fileURLToPath(new URL("profiles", import.meta.url)),
      dynamo,
      exchangeUrl: served.url,
      secrets: { venue: { main: venueKeys }, webhooks: {}, notify: {} },
      nowMs: () => exchange.nowMs,
    });
    // The place of another, who is still there when we come: it is asked for again.
    exchange.faults.arm({ kind: "connection-limit" });
    const { file, env } = stage.task ?? { file: "", env: {} };
    const clock = fileURLToPath(new URL("clock.mjs", import.meta.url));
    child = spawn(process.execPath, ["--import", clock, file], {
      cwd: dirname(file),
      env: { ...env, HEALTH_PORT: String(port), CLOCK_FROM_MS: String(startMs) },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const out of [child.stdout, child.stderr]) {
      out?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
    }
  }, 180_000);
  afterAll(async () => {
    child?.kill("SIGKILL");
    await stage?.close();
    await served?.close();
    dynamo?.stop();
  });

  const health = async (): Promise<Record<string, unknown> | null> => {
    const reply = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    return reply === null ? null : Object(await reply.json());
  };
  /** Moves the clock of the process, by less than its lease lasts at a time. */
  const sleepUntil = async (toMs: number) => {
    for (;;) {
      const atMs = Number((await health())?.steppedMs);
      if (atMs >= toMs) return;
      child.send(Math.min(toMs, atMs + 5_000));
      await vi.waitUntil(async () => Number((await health())?.steppedMs) > atMs + 1_000, WAIT);
    }
  };
  const live = () => vi.waitUntil(async () => (await health())?.live === true, WAIT);
  const count = (type: string) => stage.told.filter((one) => one["detail-type"] === type).length;
  /** Lets a minute pass, and what was told of it be followed to its end. */
  const pass = async (n: number, type: string, atLeast: number) => {
    await exchange.runTo(openMs + n * MINUTE_MS);
    await vi.waitUntil(async () => {
      await stage.deliver();
      return count(type) >= atLeast;
    }, WAIT);
  };

  test("starts by itself, refused first as one too many, and trades what it hears", async () => {
    await live();
    expect(await health()).toMatchObject({ isHealthy: true, standing: "leads" });
    expect(said).toContain("connection limit exceeded");
    await pass(11, "order.accepted.v1", 2);
  }, 90_000);

  test("a cut of both lines costs no bar and no fill, and tells none twice", async () => {
    await sleepUntil(openMs + 12 * MINUTE_MS - 4_000);
    // The first attempt to come back is refused (429), as those of many at once would be.
    exchange.faults.arm({ kind: "upgrade", stream: "data" });
    exchange.faults.arm({ kind: "drop", stream: "data" });
    exchange.faults.arm({ kind: "drop", stream: "trade" });
    await exchange.runTo(openMs + 12 * MINUTE_MS);
    child.send(exchange.nowMs + 1_000);
    await vi.waitUntil(async () => (await health())?.live === false, WAIT);
    await live();
    // What was filled meanwhile is known before the next bar is decided on.
    await pass(12, "order.filled.v1", 2);
    await pass(13, "order.accepted.v1", 4);
    await pass(14, "order.filled.v1", 4);
    const closes = stage.told
      .filter((one) => one["detail-type"] === "bars.closed.v1")
      .flatMap(({ detail }) => {
        const { closeTimeMs, bars } = Object(detail).data;
        return (bars as { symbol: string }[]).map(({ symbol }) => [symbol, closeTimeMs - openMs]);
      });
    const expected = [11, 12, 13, 14].flatMap((n) => [
      ["AAA", n * MINUTE_MS],
      ["BBB", n * MINUTE_MS],
    ]);
    expect(closes.sort()).toEqual(expected.sort());
  }, 90_000);

  test("SIGTERM drains it: it gives its lease back, and never said a secret", async () => {
    const ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
    const toldMs = performance.now();
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(performance.now() - toldMs).toBeLessThan(30_000);
    expect(said).toContain("drained");
    expect(said).toContain('"StreamLeads":1');
    expect(said).not.toContain(venueKeys.secret);
    expect(stage.aws.refused).toEqual([]);
    expect(stage.surplus("stream")).toEqual([]);
  }, 60_000);
});
