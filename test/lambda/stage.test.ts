import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { equity } from "../../core/index.ts";
import { createExchange, type Listening } from "../../functions/exchange/exchange.ts";
import { METRIC_NAMESPACE, METRICS } from "../../functions/metrics/names.ts";
import { setsOf } from "../../functions/sweep/grid.ts";
import type { Objects } from "../../functions/sweep/handler.ts";
import type { SweepJob } from "../../functions/sweep/job.ts";
import { sweepOnThreads } from "../../functions/sweep/pool.ts";
import { collectSweep, uploadSweep } from "../../functions/sweep/upload.ts";
import { type LocalDynamo, startDynamo } from "../../functions/wire/local.ts";
import { ENTRY_POINTS } from "../../stacks/entryPoints.ts";
import { hasJava } from "../dynamo/java.ts";
import { topicEvent } from "../notify/payloads.ts";
import { barsOf } from "../runtime/worlds.ts";
import { batchOf, functionIn, LocalStage } from "./localStage.ts";
import * as profiles from "./profiles/here.ts";
import { SweepMachine } from "./sweepStage.ts";
import { urlEvent } from "./urlEvent.ts";

const MINUTE_MS = 60_000;
const openMs = newYorkTimeMs("2024-07-02", "09:30");
const venueKeys = { keyId: "AKPAPER", secret: "canary-venue-secret" };
const hookSecret = "canary-webhook-secret-1";
const killSecret = "canary-kill-secret-01";

/** A session before, for history, and the first quarter of an hour of the day. */
const feeds = ["AAA", "BBB", "CCC"].map((symbol, i) => {
  const rows = Array.from({ length: 390 + 15 }, (_, at) => {
    const price = 100 + i * 10 + (at % 7) / 10;
    return [price, price + 0.2, price - 0.2, price + 0.1] as const;
  });
  const before = barsOf(rows.slice(0, 390), newYorkTimeMs("2024-07-01", "09:30"), MINUTE_MS);
  const today = barsOf(rows.slice(390), openMs, MINUTE_MS);
  const both = (
    name: "open" | "high" | "low" | "close" | "volume" | "openTimeMs" | "closeTimeMs",
  ) => Float64Array.from([...before[name], ...today[name]]);
  const columns = {
    length: rows.length,
    openTimeMs: both("openTimeMs"),
    closeTimeMs: both("closeTimeMs"),
    open: both("open"),
    high: both("high"),
    low: both("low"),
    close: both("close"),
    volume: both("volume"),
  };
  return { instrument: equity(symbol), timeframe: "1m" as const, columns };
});

describe.skipIf(!hasJava)("a stage from its bundles and its template alone", () => {
  const exchange = createExchange({ feeds, fromMs: newYorkTimeMs("2024-07-02", "02:00") });
  let dynamo: LocalDynamo;
  let served: Listening;
  let stage: LocalStage;

  beforeAll(async () => {
    dynamo = await startDynamo();
    served = await exchange.listen();
    stage = await LocalStage.open({
      profiles: Object.values(profiles),
      folder: fileURLToPath(new URL("profiles", import.meta.url)),
      dynamo,
      exchangeUrl: served.url,
      secrets: {
        venue: { main: venueKeys, signals: venueKeys },
        webhooks: { "told/tradingview": [hookSecret], kill: [killSecret] },
        // No name ends so: whoever asks for it gets no answer, and nobody is bothered.
        notify: { ops: "ntfy:https://canary.invalid/topic" },
      },
      nowMs: () => exchange.nowMs,
      extras: { sweeps: true, notify: true },
    });
  }, 120_000);
  afterAll(async () => {
    await stage?.close();
    await served?.close();
    dynamo?.stop();
  });

  const minute = (n: number) => openMs + n * MINUTE_MS;
  const orders = async () => {
    const reply = await exchange.fetch(
      new Request("http://x/v2/orders?status=all&direction=asc", {
        headers: { "APCA-API-KEY-ID": "a", "APCA-API-SECRET-KEY": "b" },
      }),
    );
    return (await reply.json()) as Record<string, string>[];
  };
  /** A minute passes: bars are asked for, then what became of open orders, as the template says. */
  const pass = async (n: number) => {
    await exchange.runTo(minute(n));
    await stage.recur("bars");
    await stage.deliver();
    await stage.recur("updates-main");
    await stage.recur("guard-main");
    await stage.deliver();
  };
  /** Lets those jobs fire that were planned for a worked order and are due. */
  const fired = new Set<string>();
  const fireWakes = async () => {
    for (const { name, at, input } of stage.aws.planned) {
      const dueMs = Date.parse(`${at.slice(3, -1)}Z`);
      if (!name.startsWith("wake") || dueMs > exchange.nowMs || fired.has(name)) continue;
      fired.add(name);
      await stage.invoke("schedule", input);
      await stage.deliver();
    }
  };
  const typesTold = () => new Set(stage.told.map((one) => one["detail-type"]));

  test("plans the day by the venue's calendar, as one-time schedules", async () => {
    // Two firings, the reports of today and of tomorrow's half day, and yesterday's comparison.
    expect(await stage.recur("plan")).toEqual({ job: "plan", outcome: "done", count: 5 });
    const due = "2024-07-02T13:35:00";
    expect(stage.aws.planned[0]).toMatchObject({ at: `at(${due})`, input: { job: "fire" } });
    expect(functionIn(stage.aws.planned[0]?.targetArn ?? "")).toBe("schedule");
  }, 30_000);

  test("trades by the minute: bars, a decision, an order, its fill and the way out", async () => {
    for (let n = 1; n <= 4; n += 1) await pass(n);
    expect(await orders()).toMatchObject([{ symbol: "AAA", side: "buy", status: "filled" }]);
    for (let n = 5; n <= 7; n += 1) await pass(n);
    expect(await orders()).toMatchObject([{}, { symbol: "AAA", side: "sell", status: "filled" }]);
  }, 30_000);

  test("fires what was planned, and its weights become an order", async () => {
    const [job] = stage.aws.planned;
    await exchange.runTo(minute(7) + 1_000);
    expect(await stage.invoke("schedule", job?.input)).toMatchObject({ outcome: "fired" });
    expect(await stage.invoke("schedule", job?.input)).toMatchObject({ outcome: "repeat" });
    await stage.deliver();
    expect((await orders()).at(-1)).toMatchObject({ symbol: "BBB", side: "buy" });
  }, 30_000);

  test("takes a signal in by its address, and refuses one without the secret", async () => {
    await exchange.runTo(minute(7) + 2_000);
    const signal = { symbol: "CCC", action: "buy", secret: hookSecret };
    const taken = await stage.invoke("webhook", urlEvent("/signals/told", signal));
    expect(taken).toMatchObject({ statusCode: 202 });
    const stranger = { ...signal, secret: "of-somebody-else-1" };
    const refused = await stage.invoke("webhook", urlEvent("/signals/told", stranger));
    expect(refused).toMatchObject({ statusCode: 401 });
    await stage.deliver();
    expect((await orders()).at(-1)).toMatchObject({ symbol: "CCC", side: "buy", qty: "1" });
  }, 30_000);

  test("works an order in slices, each woken by a one-time schedule of its own", async () => {
    for (const n of [8, 9, 10]) {
      await pass(n);
      await fireWakes();
    }
    await exchange.runTo(minute(11));
    const children = (await orders()).filter(({ symbol }) => symbol === "CCC");
    expect(children.map(({ qty }) => qty)).toEqual(["1", "2", "2"]);
    expect(typesTold()).toContain("execution.due.v1");
  }, 30_000);

  test("books fills that nobody asked for, and finds that its books are the venue's", async () => {
    expect(await stage.recur("reconcile-main")).toMatchObject({ booked: 1, drifts: [] });
    await stage.deliver();
    expect(await stage.recur("reconcile-main")).toMatchObject({ booked: 0, drifts: [] });
    expect((await orders()).map(({ status }) => status)).toEqual(Array(6).fill("filled"));
    const expected = [
      "bars.closed.v1",
      "order.filled.v1",
      "schedule.fired.v1",
      "signal.received.v1",
    ];
    for (const type of expected) expect(typesTold()).toContain(type);
  }, 30_000);

  test("takes a batch of orders again without sending one twice", async () => {
    const approved = stage.told.filter((one) => one["detail-type"] === "order.approved.v1");
    const before = (await orders()).length;
    expect(await stage.invoke("execute", batchOf(approved, "main"))).toEqual({
      batchItemFailures: [],
    });
    expect(await orders()).toHaveLength(before);
  }, 30_000);

  test("says of a job that comes too late that it was missed, and does not run it", async () => {
    const [job] = stage.aws.planned;
    const { input } = Object(job?.input);
    const late = { ...input, dueTimeMs: input.dueTimeMs - 86_400_000, sessionDate: "2024-07-01" };
    const told = await stage.invoke("schedule", { job: "fire", input: late });
    expect(told).toMatchObject({ outcome: "missed" });
    await stage.deliver();
    expect(typesTold()).toContain("job.missed.v1");
  }, 30_000);

  test("counts what alarms look at: denials, strangers, kill switches that are on", async () => {
    const kill = urlEvent("/kill/all", { secret: killSecret, reason: "a drill" });
    expect(await stage.invoke("webhook", kill)).toMatchObject({ statusCode: 200 });
    await exchange.runTo(minute(12));
    const { input } = Object(stage.aws.planned[1]?.input);
    await stage.invoke("schedule", { job: "fire", input });
    await stage.deliver();
    await stage.recur("reconcile-main");
    const written = [...stage.functions.values()].flatMap(({ log }) => metricsIn(log));
    const own = Object.entries(METRICS).filter(([name]) => !ELSEWHERE.has(name));
    for (const [, name] of own) {
      expect(written).toContainEqual({ Namespace: METRIC_NAMESPACE, name, dimensions: ["stage"] });
    }
  }, 30_000);

  test("reports the day, and holds it against its replay with the bundled code", async () => {
    const report = stage.aws.planned.find(({ name }) => name.startsWith("report."));
    expect(await stage.invoke("schedule", report?.input)).toMatchObject({ outcome: "reported" });
    expect(await stage.invoke("schedule", report?.input)).toMatchObject({ outcome: "repeat" });
    const parity = { job: "parity", input: { date: "2024-07-02" } };
    expect(await stage.invoke("schedule", parity)).toMatchObject({ outcome: "compared" });
    await stage.deliver();
    const dataOf = (type: string) =>
      Object(stage.told.find((one) => one["detail-type"] === type)?.detail).data;
    const fills = dataOf("day.reported.v1").profiles.map((one: { fills: number }) => one.fills);
    expect(fills.reduce((sum: number, one: number) => sum + one)).toBe(6);
    // The schedule of the fourth minute was fired at the seventh, and once a day late; the kill
    // switch kept its second order back.
    const { counts, differences } = dataOf("day.compared.v1");
    expect(differences.filter((one: { kind: string }) => one.kind === "code")).toEqual([]);
    expect(counts).toMatchObject({ data: 0, latency: 2, halt: 1 });
  }, 30_000);

  test("tells chats of alarms, and says so when no chat answers", async () => {
    const told = stage.invoke("notify", topicEvent("Bellwether here: a drill"));
    await expect(told).rejects.toThrow("notify: no target took a notice");
  }, 30_000);

  test("replays a sweep batch by batch, to the rows that this machine gives", async () => {
    const machine = new SweepMachine(stage);
    const objects: Objects = {
      get: async (key) => stage.aws.objects.get(`${machine.bucket}/${key}`) ?? Buffer.alloc(0),
      put: async (key, body) => {
        stage.aws.objects.set(`${machine.bucket}/${key}`, Buffer.from(body));
      },
    };
    const job = { ...SWEEP, subject: { strategy: "ema-cross", symbols: "AAA", bars: "1m" } };
    const own = feeds.slice(0, 1);
    const sets = setsOf("fast=3..14:1,slow=10|20", ["fast", "slow"]);
    await uploadSweep(objects, "small", job, own, sets);
    const keys = ["000000", "000020"].map((at) => `sweeps/small/results/${at}.parquet`);
    expect(await machine.run("small")).toEqual([
      { key: keys[0], replayed: 20, refused: 0 },
      { key: keys[1], replayed: 4, refused: 0 },
    ]);
    const rows = await sweepOnThreads({ job, feeds: own }, sets, 1);
    expect(rows.some(({ trips }) => (trips ?? 0) > 0)).toBe(true);
    expect(await collectSweep(objects, keys)).toEqual(rows);
  }, 60_000);

  test.each(ENTRY_POINTS.map(({ name }) => name).filter((name) => name !== "stream"))(
    "%s has called every action that its role allows, and was refused none",
    (name) => {
      expect(stage.surplus(name)).toEqual([]);
      expect(stage.aws.refused).toEqual([]);
    },
  );

  test("a role that lacks an action is refused it", async () => {
    const reply = await fetch(stage.awsUrl, {
      method: "POST",
      headers: {
        "x-amz-target": "secretsmanager.GetSecretValue",
        authorization: "AWS4-HMAC-SHA256 Credential=decide/20240702/us-east-1",
      },
      body: JSON.stringify({ SecretId: stage.variables.get("execute")?.VENUE_SECRET_ARN }),
    });
    expect([reply.status, Object(await reply.json()).__type]).toEqual([
      400,
      "x#AccessDeniedException",
    ]);
    expect(stage.aws.refused).toEqual(["decide secretsmanager:GetSecretValue"]);
  });

  test("shows no secret in a log, and nothing that is no line of JSON", () => {
    for (const { log } of stage.functions.values()) {
      expect(log).not.toMatch(/canary/);
      const lines = log.split("\n").filter((line) => line !== "");
      for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    }
  });
});

/** Metrics of the stream task, and of bars that it or a later poll finds missing. */
const ELSEWHERE = new Set(["barsStale", "streamLeads"]);

/** Metrics that a log holds in CloudWatch's embedded format. */
function metricsIn(log: string) {
  return log.split("\n").flatMap((line) => {
    if (!line.includes('"_aws"')) return [];
    const { _aws, stage } = JSON.parse(line);
    expect(stage).toBe("here");
    return _aws.CloudWatchMetrics.flatMap(
      (one: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }) =>
        one.Metrics.map(({ Name }) => {
          return { Namespace: one.Namespace, name: Name, dimensions: one.Dimensions.flat() };
        }),
    );
  });
}

/** A sweep without costs over all that is recorded. */
const SWEEP: Omit<SweepJob, "subject"> = {
  models: {
    fill: "next-open",
    touch: "no-fill",
    slippage: "none",
    fees: "none",
    latency: "none",
    participation: null,
    borrow: 0,
    margin: 0,
    seed: 1,
  },
  fromMs: null,
  toMs: null,
  outOfSample: 0.3,
  actions: [],
};
