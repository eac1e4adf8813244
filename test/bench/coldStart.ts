import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { type Bundled, bundle } from "../../functions/bundle/bundle.ts";
import { fakeAws } from "../webhook/fakeAws.ts";
import { rig, SECRETS, typed } from "../webhook/rig.ts";
import { machine, median } from "./report.ts";

const ROUNDS = 21;
const ROOT = new URL("../../", import.meta.url).pathname;

/** What starts: a file, with what it is for. */
interface Starter {
  readonly name: string;
  readonly file: string;
  readonly bundled: Bundled | null;
}

const EVENT = {
  version: "2.0",
  rawPath: "/signals/spy",
  headers: { "content-type": "application/json" },
  isBase64Encoded: false,
  body: JSON.stringify(typed()),
  requestContext: {
    stage: "$default",
    http: { method: "POST", path: "/signals/spy", sourceIp: "10.1.2.3" },
  },
};

/** Says `done` after the first response, which must be the 202 of a stored signal. */
const firstResponse = (path: string) =>
  `import { handler } from ${JSON.stringify(path)};
const { statusCode, body } = await handler(${JSON.stringify(EVENT)});
if (statusCode !== 202) throw new Error(statusCode + body);
console.log("done");
process.exit(0);
`;

/** The entry points behind the webhook: nobody waits for these, so they may cost more. */
const BEHIND = ["decide", "execute", "publish", "schedule", "updates", "reconcile", "notify"];

/** Ends once everything is loaded: what comes then waits for a table and a venue. */
const loaded = (path: string) =>
  `await import(${JSON.stringify(path)});
process.exit(0);
`;

/** What each package would add by being there at all: the reason for each that is not. */
const PACKAGES: Readonly<Record<string, string>> = {
  "node:https alone": 'import { request } from "node:https"; console.log(typeof request);',
  "hono/tiny with its first Request":
    'import { Hono } from "hono/tiny"; const app = new Hono(); app.post("/", (c) => c.text("")); await app.request("/", { method: "POST", body: "{}" });',
  "zod/mini": 'import * as z from "zod/mini"; console.log(z.string().parse("a"));',
  'import * as z from "zod"': 'import * as z from "zod"; console.log(z.string().parse("a"));',
  "all event schemas (core/events)":
    'import { catalogue } from "./core/events/catalogue.ts"; console.log(Object.keys(catalogue).length);',
  "@aws-sdk/client-dynamodb":
    'import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; console.log(new DynamoDBClient({ region: "x" }).config.region !== undefined);',
  "@aws-sdk/client-secrets-manager":
    'import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager"; console.log(new SecretsManagerClient({ region: "x" }).config.region !== undefined);',
};

/** Prints what each bundle takes to its first response, beside an empty Node. */
export async function coldStartBench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bellwether-cold-"));
  const aws = await fakeAws(SECRETS);
  try {
    const starters = await startersIn(folder);
    const times = await timesOf(starters, aws.url);
    const [empty = Number.NaN] = starters.map(({ name }) => median(times.get(name) ?? []));
    console.log(machine());
    console.log(
      `medians of ${ROUNDS} rounds in turns, whole processes; empty Node ${empty.toFixed(0)} ms`,
    );
    const table = new Table({ head: ["started", "KB", "ms over empty Node"] });
    for (const { name, bundled } of starters.slice(1)) {
      const over = median(times.get(name) ?? []) - empty;
      const size = bundled === null ? "" : (bundled.bytes / 1024).toFixed(1);
      table.push([name, size, over.toFixed(1)]);
    }
    console.log(table.toString());
    const parts = starters[1]?.bundled?.parts ?? [];
    const lines = parts.map(([name, bytes]) => `${name} ${(bytes / 1024).toFixed(1)}`);
    console.log(`in the webhook's bundle, KB: ${lines.join(", ")}`);
    console.log("AWS answers over loopback without TLS: what a handshake takes is not in this.");
  } finally {
    await aws.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function startersIn(folder: string): Promise<readonly Starter[]> {
  const empty = join(folder, "empty.mjs");
  await writeFile(empty, 'console.log("done");\n');
  const starters: Starter[] = [{ name: "empty Node", file: empty, bundled: null }];
  const index = join(folder, "index.mjs");
  const bundled = await bundle(join(ROOT, "functions/webhook/lambda.ts"), index, {
    WEBHOOK_PROFILES: JSON.stringify([...rig().ports.profiles.values()]),
  });
  const first = join(folder, "first.mjs");
  await writeFile(first, firstResponse(index));
  const name = "webhook: secret checked, signal stored, 202";
  starters.push({ name, file: first, bundled });
  for (const name of BEHIND) {
    const file = join(folder, `${name}.mjs`);
    const built = await bundle(join(ROOT, `functions/${name}/lambda.ts`), file);
    const first = join(folder, `${name}-first.mjs`);
    await writeFile(first, loaded(file));
    starters.push({ name: `${name}: loaded`, file: first, bundled: built });
  }
  for (const [at, [name, text]] of Object.entries(PACKAGES).entries()) {
    // Beside the packages, so that they are found; taken away at once.
    const source = join(ROOT, `.bench-${process.pid}-${at}.ts`);
    const file = join(folder, `package-${at}.mjs`);
    await writeFile(source, text);
    try {
      starters.push({ name, file, bundled: await bundle(source, file) });
    } finally {
      await rm(source);
    }
  }
  return starters;
}

async function timesOf(starters: readonly Starter[], awsUrl: string) {
  const times = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, file } of starters) {
      const ms = await runMs(file, awsUrl);
      times.set(name, [...(times.get(name) ?? []), ms]);
    }
  }
  return times;
}

/** Runs a file to its end, with an environment as Lambda gives it. @throws when it fails. */
function runMs(file: string, awsUrl: string): Promise<number> {
  const env = {
    PATH: process.env.PATH,
    NODE_NO_WARNINGS: "1",
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    TABLE_NAME: "bellwether-bench",
    WEBHOOK_SECRET_ARN: "arn:aws:secretsmanager:bench",
    STAGE: "bench",
  };
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve(performance.now() - startedMs);
      else reject(new Error(`${file} ended with ${code}`));
    });
  });
}
