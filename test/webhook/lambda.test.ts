import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseEvent } from "../../core/events/envelope.ts";
import { bundle } from "../../functions/bundle/bundle.ts";
import type { HttpEvent, HttpResult } from "../../functions/webhook/http.ts";
import { fakeAws } from "./fakeAws.ts";
import { rig, SECRETS, signedHeaders, typed } from "./rig.ts";

let aws: Awaited<ReturnType<typeof fakeAws>>;
let folder: string;
let handler: (event: HttpEvent) => Promise<HttpResult>;
const lines: string[] = [];

beforeAll(async () => {
  aws = await fakeAws(SECRETS);
  folder = await mkdtemp(join(tmpdir(), "bellwether-"));
  const outfile = join(folder, "index.mjs");
  const profiles = JSON.stringify([...rig().ports.profiles.values()]);
  const { bytes } = await bundle("functions/webhook/lambda.ts", outfile, {
    WEBHOOK_PROFILES: profiles,
  });
  expect(bytes).toBeLessThan(300 * 1024);
  vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "canary-aws-secret");
  vi.stubEnv("TABLE_NAME", "bellwether-test");
  vi.stubEnv("WEBHOOK_SECRET_ARN", "arn:aws:secretsmanager:x");
  vi.stubEnv("STAGE", "test");
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  ({ handler } = await import(/* @vite-ignore */ pathToFileURL(outfile).href));
});

beforeEach(() => {
  aws.items.clear();
  aws.asked.length = 0;
  lines.length = 0;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

function event(path: string, body?: string, own: Partial<HttpEvent> = {}, method = "POST") {
  const http = { method, path, sourceIp: "10.1.2.3" };
  return {
    version: "2.0",
    rawPath: path,
    headers: { "content-type": "application/json" },
    isBase64Encoded: false,
    requestContext: { stage: "$default", domainName: "x.lambda-url.on.aws", http },
    ...(body === undefined ? {} : { body }),
    ...own,
  } as const;
}
const signal = () => JSON.stringify(typed());
const stored = () =>
  [...aws.items].flatMap(([key, { text: one }]) =>
    key.startsWith("EVENT#") && one ? [one.S] : [],
  );

describe("the bundle on Lambda", () => {
  it("stores a signal with one transaction, as the envelope that all others read", async () => {
    const result = await handler(event("/signals/spy", signal()));
    expect(result.statusCode).toBe(202);
    const [text = ""] = stored();
    expect(parseEvent(text)).toMatchObject({
      id: JSON.parse(result.body).id,
      type: "signal.received.v1",
      data: { symbol: "SPY", maxQuantity: 100_000_000_000n },
    });
    const writes = aws.asked.filter(({ target }) => target.endsWith("TransactWriteItems"));
    expect(writes).toHaveLength(1);
    expect(writes[0]?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/dynamodb\/aws4_request/,
    );
  });

  it("answers a repeat alike and another content of the same id with 409", async () => {
    const first = await handler(event("/signals/spy", JSON.stringify(typed({ id: "1" }))));
    const again = await handler(event("/signals/spy", JSON.stringify(typed({ id: "1" }))));
    const other = await handler(
      event("/signals/spy", JSON.stringify(typed({ id: "1", price: 5 }))),
    );
    expect([first.body, again.statusCode, other.statusCode]).toEqual([again.body, 202, 409]);
    expect(stored()).toHaveLength(1);
  });

  it("reads base64, a stage in front of the path, and signatures over raw bytes", async () => {
    const body = JSON.stringify({ symbol: "SPY", action: "exit", comment: "größer" });
    const now = { timestampMs: Date.now() };
    const result = await handler(
      event("/prod/signals/spy", Buffer.from(body).toString("base64"), {
        isBase64Encoded: true,
        headers: signedHeaders(body, now),
        requestContext: {
          stage: "prod",
          http: { method: "POST", path: "/prod/signals/spy", sourceIp: "10.1.2.3" },
        },
      }),
    );
    expect([result.statusCode, JSON.parse(result.body)]).toEqual([202, expect.anything()]);
  });

  it("halts by the kill switch, and then takes exits alone", async () => {
    const secret = SECRETS.kill[0];
    const killed = await handler(event("/kill/profile:spy", JSON.stringify({ secret })));
    expect(killed.statusCode).toBe(200);
    expect((await handler(event("/signals/spy", signal()))).statusCode).toBe(409);
    const exit = JSON.stringify(typed({ action: "exit" }));
    expect((await handler(event("/signals/spy", exit))).statusCode).toBe(202);
  });

  it("leaves all else to Hono: health, the document, wrong methods and paths", async () => {
    const get = async (path: string) =>
      (await handler(event(path, undefined, {}, "GET"))).statusCode;
    expect(await get("/health")).toBe(200);
    expect(await get("/openapi.json")).toBe(200);
    expect(await get("/signals/spy")).toBe(405);
    expect(await get("/")).toBe(404);
    expect((await handler(event("/signals/spy/a/b", "{}"))).statusCode).toBe(404);
  });

  it("tries throttled writes again, and says 503 when nothing helps", async () => {
    await handler(event("/signals/spy", signal()));
    aws.items.clear();
    aws.faults.push([400, "ThrottlingException"], [500, "InternalServerError"]);
    expect((await handler(event("/signals/spy", signal()))).statusCode).toBe(202);
    aws.faults.push(...Array.from({ length: 12 }, () => [500, "InternalServerError"] as const));
    const unwell = await handler(event("/signals/spy", JSON.stringify(typed({ id: "2" }))));
    expect([unwell.statusCode, unwell.headers["retry-after"]]).toEqual([503, "5"]);
    aws.faults.length = 0;
  });

  it("writes one line a call, counts strangers, and shows no secret", async () => {
    const wrong = JSON.stringify(typed({ secret: "nobody-has-this-one-00" }));
    await handler(event("/signals/spy", wrong));
    await handler(event("/signals/spy", signal()));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { outcome: "unauthorised", profile: "spy", stage: "test", SignalsUnauthorised: 1 },
      { outcome: "accepted", level: "info" },
    ]);
    for (const line of [...lines, ...stored()]) expect(line).not.toMatch(/canary|nobody-has/);
  });
});
