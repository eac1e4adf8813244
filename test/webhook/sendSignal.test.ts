import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Listening, listen } from "../../functions/webhook/node.ts";
import { run } from "../cli/terminal.ts";
import { type Rig, rig, SECRETS } from "./rig.ts";

let to: Rig;
let server: Listening;
beforeAll(async () => {
  to = rig({ clock: { nowMs: () => Date.now() } });
  server = await listen(to.ports, { port: 0, host: "127.0.0.1" });
});
afterAll(() => server.close());
afterEach(() => vi.unstubAllEnvs());

const send = (...args: string[]) =>
  run("send-signal", "--profile", "spy", "--symbol", "SPY", "--url", server.url, ...args);

describe("bellwether send-signal", () => {
  it("sends with the secret in the body, in the path, and signed", async () => {
    const ways = { typed: [], path: ["--path"], signed: ["--hmac"] } as const;
    for (const [source, args] of Object.entries(ways)) {
      vi.stubEnv("WEBHOOK_SECRET", Reflect.get(SECRETS, `spy/${source}`)[0]);
      const { code, out } = await send(...args);
      expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^202 \{"id":"signal/) });
      expect(to.events.at(-1)?.data.source).toBe(source);
    }
  });

  it("ends with 2 for a refusal, and tells what is missing", async () => {
    vi.stubEnv("WEBHOOK_SECRET", "nobody-has-this-one-00");
    expect(await send()).toMatchObject({ code: 2, out: expect.stringContaining("unauthorised") });
    vi.stubEnv("WEBHOOK_SECRET", "");
    expect(await send()).toMatchObject({
      code: 2,
      err: expect.stringContaining("expected a secret in WEBHOOK_SECRET"),
    });
  });

  it("--json prints status and body as one line, and who does not answer is told in words", async () => {
    vi.stubEnv("WEBHOOK_SECRET", SECRETS["spy/typed"][0]);
    const { code, out } = await send("--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ status: 202, body: { id: expect.any(String) } });
    vi.stubEnv("WEBHOOK_SECRET", "nobody-has-this-one-00");
    const refused = await send("--json");
    expect([refused.code, JSON.parse(refused.out).status]).toEqual([2, 401]);
    const nobody = await send("--json", "--url", "http://127.0.0.1:1");
    expect(nobody).toMatchObject({ code: 1, out: "" });
    expect(nobody.err).toMatch(/^bellwether: the webhook does not answer: /);
  });

  it("--dry-run prints a call that curl can make, and no secret", async () => {
    const secret = SECRETS["spy/typed"][0];
    vi.stubEnv("WEBHOOK_SECRET", secret);
    const { out } = await send("--dry-run", "--comment", 'a "quoted" $HOME `word`');
    expect(out).not.toContain(secret);
    expect(out).toContain("$WEBHOOK_SECRET");
    const said = execFileSync("sh", ["-c", out.replace("curl -X POST", 'printf "%s\\n"')], {
      env: { ...process.env, WEBHOOK_SECRET: secret },
      encoding: "utf8",
    });
    const body = said.split("\n").find((line) => line.startsWith("{"));
    expect(JSON.parse(body ?? "")).toMatchObject({ secret, comment: 'a "quoted" $HOME `word`' });
  });
});
