import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import { isAllowed } from "../../functions/exchange/keys.ts";
import { listenWith } from "../../functions/webhook/node.ts";
import { run } from "../cli/terminal.ts";
import { quietRig } from "../exchange/rigs.ts";

/** An address of this machine by which others reach it. */
const outside = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ internal, family }) => !internal && family === "IPv4")?.address;
if (outside === undefined) console.log("left out: this machine has no address for others");

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const portOf = (url: string) => new URL(url).port;

describe.skipIf(outside === undefined)("from another machine", () => {
  test("nobody steers the exchange, also where it listens to all", async () => {
    const served = await quietRig().exchange.listen({ host: "0.0.0.0" });
    closing.push(() => served.close());
    const at = `http://${outside}:${portOf(served.url)}`;
    for (const [method, path] of [
      ["GET", "state"],
      ["POST", "advance"],
      ["POST", "step"],
      ["POST", "faults"],
      ["DELETE", "faults"],
    ] as const) {
      const { status } = await fetch(`${at}/_exchange/${path}`, { method });
      expect(status, path).toBe(404);
      const near = `http://127.0.0.1:${portOf(served.url)}/_exchange/${path}`;
      const own = await fetch(near, { method, ...(method === "POST" ? { body: "{}" } : {}) });
      expect(own.status, path).not.toBe(404);
    }
    expect((await fetch(`${at}/v2/clock`)).status).toBe(401);
  });

  test("nothing answers that was not told to", async () => {
    const exchange = await quietRig().exchange.listen();
    closing.push(() => exchange.close());
    const here = { port: 0, host: "127.0.0.1" };
    const webhook = await listenWith(() => new Response("here\n"), here);
    closing.push(() => webhook.close());
    for (const { url } of [exchange, webhook]) {
      await expect(fetch(`http://${outside}:${portOf(url)}/`)).rejects.toThrow(TypeError);
    }
  });
});

test("a server listens to this machine alone unless it is told otherwise", async () => {
  for (const name of ["dashboard", "exchange"]) {
    const { out } = await run(name, "--help");
    expect(out.replace(/\s+/g, " "), name).toContain('listen on (default: "127.0.0.1")');
  }
  // The webhook of a server has no TLS: a proxy with TLS is to let others in.
  expect((await run("serve", "--help")).out).not.toContain("--host");
});

test("keys open an account whole, and in no shorter or longer form", () => {
  const keys = { keyId: "PK1", secret: "secret" };
  expect(isAllowed(keys, "PK1", "secret")).toBe(true);
  expect(isAllowed(keys, "oauth", "secret")).toBe(true);
  for (const [keyId, secret] of [
    ["PK1", "secre"],
    ["PK1", "secrets"],
    ["PK", "secret"],
    ["PK1", ""],
    ["", "secret"],
    ["oauth", "PK1"],
  ] as const) {
    expect(isAllowed(keys, keyId, secret), `${keyId} ${secret}`).toBe(false);
  }
});
