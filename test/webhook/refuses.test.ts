import { describe, expect, it } from "vitest";
import { TransientError } from "../../core/domain/errors.ts";
import { CASES } from "./cases.ts";
import { NOW_MS, type Rig, rig, SECRETS, send, sendJson, typed } from "./rig.ts";

const secret = SECRETS["spy/typed"][0];
const SPY = "/signals/spy";

function expectNothingStored({ events, halts }: Rig): void {
  expect(events).toEqual([]);
  expect(halts).toEqual([]);
}

describe("a call is refused with a problem document that names what is wrong:", () => {
  it.each(CASES)("%s is a %i", async (_, status, code, field, path, sent) => {
    const to = rig();
    const answer = await send(to, path, sent);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const problem = answer.json();
    expect({ status: answer.status, code: problem.type }).toEqual({
      status,
      code: `urn:bellwether:problem:${code}`,
    });
    expect(problem).toMatchObject({
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(problem.errors?.[0]?.field ?? null).toBe(field);
    expectNothingStored(to);
  });
});

describe("the webhook", () => {
  it("refuses an announced length before it reads, and a stream as soon as it is too long", async () => {
    const to = rig();
    const announced = { body: "{}", headers: { "content-length": "16385" } };
    expect((await send(to, SPY, announced)).status).toBe(413);
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1_024));
      },
    });
    const request = new Request(`http://host${SPY}`, {
      method: "POST",
      body: endless,
      duplex: "half",
    });
    expect((await to.app.request(request)).status).toBe(413);
    expect(pulled).toBeLessThan(20);
  });

  it("says 409 for an id that was used for another signal", async () => {
    const to = rig();
    await sendJson(to, SPY, typed({ id: "1" }));
    const again = await sendJson(to, SPY, typed({ id: "1", action: "exit" }));
    expect([again.status, again.json().type]).toEqual([409, "urn:bellwether:problem:conflict"]);
    expect(to.events).toHaveLength(1);
  });

  it("says 409 to entries of a halted profile, and lets exits in", async () => {
    const to = rig();
    to.halts.push({ kind: "profile", name: "spy", reason: "drill", by: "test", sinceMs: NOW_MS });
    const entry = await sendJson(to, SPY, typed());
    expect([entry.status, entry.json().type]).toEqual([409, "urn:bellwether:problem:halted"]);
    expect((await sendJson(to, SPY, typed({ action: "exit" }))).status).toBe(202);
    expect(to.events.map(({ data }) => data.action)).toEqual(["exit"]);
  });

  it("says 503 with Retry-After when the store, the switches or the secrets are unwell", async () => {
    const fail = () => {
      throw new TransientError(`throttled while writing ${secret}`, 100);
    };
    const unwell = [
      { store: { commit: fail } },
      { switches: { halts: fail, halt: fail } },
      { secrets: { secretsOf: fail } },
    ];
    for (const ports of unwell) {
      const to = rig(ports);
      const { status, headers, text } = await sendJson(to, SPY, typed());
      expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
      expect(text).not.toContain("throttled");
      expect(to.lines.at(-1)?.trouble).toContain("throttled");
    }
  });

  it("names the allowed method, and answers health to anyone", async () => {
    const to = rig();
    expect((await send(to, "/health", { method: "POST" })).headers.get("allow")).toBe("GET");
    expect((await send(to, "/health", { method: "GET" })).json()).toEqual({ status: "ok" });
  });

  it("shows what came, cut short", async () => {
    const to = rig();
    const { json: problem } = await sendJson(to, SPY, typed({ action: "x".repeat(400) }));
    expect(problem().detail).toBe(`/action: expected buy, sell or exit, got "${"x".repeat(39)}…`);
  });
});
