import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { main } from "../../functions/cli/main.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { recordingTerminal, run } from "../cli/terminal.ts";
import { feeds } from "../live/minutes.ts";

/** Every kind of secret that a person gives us, each with a mark that is nowhere else. */
const CANARY = {
  keyId: "PKCANARYKEYID0000001",
  keySecret: "canary-venue-secret-0000000001",
  webhook: "canary-webhook-secret-00000001",
  kill: "canary-kill-secret-00000000001",
  notice: "https://hooks.slack.com/services/canary-notice-token-01",
  dashboard: "canary-dashboard-token-0000001",
};
const MARK = /canary/i;

const folders: string[] = [];
const fresh = () => {
  const made = mkdtempSync(join(tmpdir(), "bellwether-canary-"));
  folders.push(made);
  return made;
};
afterEach(() => vi.unstubAllEnvs());
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

/** Lines of a text, or of bytes, that hold a mark, with something around it. */
function leaks(what: string, text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const at = line.search(MARK);
    return at < 0 ? [] : [`${what}: …${line.slice(Math.max(0, at - 80), at + 60)}…`];
  });
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .flatMap((one) => leaks(one.name, readFileSync(join(one.parentPath, one.name), "latin1")));
}

/** A venue that says back whatever it was sent, keys and all, once it has been told to. */
async function spitefulVenue() {
  const mood = { isSpiteful: false };
  const exchange = createExchange({
    feeds: feeds().slice(0, 1),
    fromMs: newYorkTimeMs("2024-07-01", "10:00"),
  });
  const served = await exchange.listen({ port: 0, host: "127.0.0.1" });
  const echo = (request: IncomingMessage) =>
    JSON.stringify({ code: 42_210_000, message: `refused: ${JSON.stringify(request.headers)}` });
  const server: Server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    if (!mood.isSpiteful || path.startsWith("/v2/clock")) {
      const reply = await fetch(`${served.url}${path}`, {
        headers: { "apca-api-key-id": "any", "apca-api-secret-key": "any" },
      });
      response.writeHead(reply.status, { "content-type": "application/json" });
      response.end(await reply.text());
      return;
    }
    response.writeHead(path.includes("?") ? 422 : 500, { "content-type": "application/json" });
    response.end(echo(request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = () => {
    server.closeAllConnections();
    server.close();
    void served.close();
  };
  return { url: `http://127.0.0.1:${port}`, mood, close };
}

describe("secrets are in nothing that comes out", () => {
  let venue: Awaited<ReturnType<typeof spitefulVenue>>;
  beforeAll(async () => {
    venue = await spitefulVenue();
  });
  afterAll(() => venue.close());

  test("of a server whose venue says back what it was sent, nor of its webhook and its store", async () => {
    vi.stubEnv("APCA_API_KEY_ID", CANARY.keyId);
    vi.stubEnv("APCA_API_SECRET_KEY", CANARY.keySecret);
    const folder = fresh();
    const secrets = join(fresh(), "secrets.json");
    writeFileSync(
      secrets,
      JSON.stringify({ "webhook-spy/tradingview": [CANARY.webhook], kill: [CANARY.kill] }),
    );
    const { terminal, said } = recordingTerminal();
    const words = ["serve", "webhook-spy", "--url", venue.url, "--store", folder];
    const more = ["--webhook", "0", "--secrets", secrets, "--notify", `slack:${CANARY.notice}`];
    const serving = () => main(["node", "bellwether", ...words, ...more], terminal);
    const first = serving();
    const found = () => said.err.match(/taken in at (\S+)\/signals/)?.[1];
    const door = await vi.waitUntil(found, { timeout: 20_000 });
    const replies: string[] = [];
    for (const body of bodies()) {
      const headers = { "content-type": "application/json" };
      for (const path of ["signals/webhook-spy", "kill", `signals/${CANARY.webhook}`]) {
        const reply = await fetch(`${door}/${path}`, { method: "POST", headers, body });
        const text = await reply.text();
        // Who is let in and fills in a field wrong is told what they wrote there, and nobody else.
        if (reply.status !== 422) replies.push(`${text} ${JSON.stringify([...reply.headers])}`);
      }
    }
    process.emit("SIGINT");
    await first;
    // The next one starts with a venue that throws every question back at it.
    venue.mood.isSpiteful = true;
    const second = serving();
    await vi.waitUntil(() => said.err.includes("[key]"), { timeout: 20_000 });
    process.emit("SIGINT");
    await second;
    expect(replies.length, said.err).toBeGreaterThan(10);
    expect([
      ...leaks("stdout", said.out),
      ...leaks("stderr", said.err),
      ...leaks("webhook", replies.join("\n")),
      ...filesIn(folder),
    ]).toEqual([]);
    for (const name of ["orders", "journal", "why"]) {
      const { out, err } = await run(name, "--store", folder);
      expect(leaks(name, out + err)).toEqual([]);
    }
  }, 60_000);

  test("of a command line that was given wrong", async () => {
    const folder = fresh();
    const file = (text: string) => {
      const path = join(folder, `secrets-${text.length}.json`);
      writeFileSync(path, text);
      return path;
    };
    vi.stubEnv("APCA_API_KEY_ID", CANARY.keyId);
    vi.stubEnv("APCA_API_SECRET_KEY", "");
    vi.stubEnv("BELLWETHER_DASHBOARD_TOKEN", "canary");
    vi.stubEnv("EXCHANGE_SECRET", CANARY.keySecret);
    const serve = ["serve", "webhook-spy", "--store", folder, "--url", "http://127.0.0.1:1"];
    const lines = [
      ["serve", "webhook-spy", "--store", folder, "--paper"],
      [...serve, "--notify", CANARY.notice],
      [...serve, "--notify", `slack:http://hooks.slack.com/${CANARY.webhook}`],
      [...serve, "--notify", `telegram:https://user:${CANARY.webhook}@api.telegram.org/x`],
      [...serve, "--webhook", "0", "--secrets", file(`{"kill": "${CANARY.kill}"`)],
      [...serve, "--webhook", "0", "--secrets", file(`{"kill": {"${CANARY.kill}": 1}}`)],
      [...serve, "--webhook", "0", "--secrets", file(`{"kill": ["canary-short"]}`)],
      ["dashboard", "--store", folder],
    ];
    for (const words of lines) {
      const { code, out, err } = await run(...words);
      expect(code, words.join(" ")).toBe(2);
      expect(leaks(words.slice(0, 2).join(" "), out + err)).toEqual([]);
    }
  }, 60_000);
});

/** Good, wrong and broken signals, each with a secret in them. */
function bodies(): readonly string[] {
  const good = { secret: CANARY.webhook, symbol: "SPY", action: "buy", id: "one" };
  return [
    JSON.stringify(good),
    JSON.stringify({ ...good, action: CANARY.webhook }),
    JSON.stringify({ ...good, symbol: CANARY.webhook }),
    JSON.stringify({ ...good, quantity: CANARY.kill }),
    JSON.stringify({ ...good, [CANARY.kill]: 1 }),
    JSON.stringify({ secret: CANARY.kill, action: "halt", reason: "drill" }),
    JSON.stringify(good).slice(0, -3),
    CANARY.webhook,
  ];
}
