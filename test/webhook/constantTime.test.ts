import { beforeEach, describe, expect, it, vi } from "vitest";
import { rig, SECRETS, send, sendJson, signedHeaders, typed } from "./rig.ts";

const lengths = vi.hoisted((): number[][] => []);

vi.mock("node:crypto", async (original) => {
  const real = await original<typeof import("node:crypto")>();
  const timingSafeEqual: typeof real.timingSafeEqual = (a, b) => {
    lengths.push([a.byteLength, b.byteLength]);
    return real.timingSafeEqual(a, b);
  };
  return { ...real, timingSafeEqual };
});

beforeEach(() => {
  lengths.length = 0;
});

/** Comparisons that a call costs, by the lengths that are compared. */
async function comparedFor(call: (to: ReturnType<typeof rig>) => Promise<unknown>) {
  lengths.length = 0;
  await call(rig());
  return [...lengths];
}

describe("secrets are compared in constant time:", () => {
  const inBody = (secret: string) =>
    comparedFor((to) => sendJson(to, "/signals/spy", typed({ secret })));

  it("digests of one length, all of them, whichever is right, nearly right or wrong", async () => {
    const [secret] = SECRETS["spy/typed"];
    const right = await inBody(secret);
    expect(right.length).toBeGreaterThan(1);
    expect(new Set(right.map(String))).toEqual(new Set(["32,32"]));
    for (const other of [`${secret.slice(0, -1)}~`, secret.slice(1), "x".repeat(256)]) {
      expect(await inBody(other)).toEqual(right);
    }
  });

  it("in the path as well, for an unknown profile as for one that is there", async () => {
    const [secret] = SECRETS["spy/path"];
    const order = { symbol: "SPY", action: "buy" };
    const right = await comparedFor((to) => sendJson(to, `/signals/spy/${secret}`, order));
    expect(right.length).toBeGreaterThan(0);
    const wrong = "nobody-has-this-one-00";
    expect(await comparedFor((to) => sendJson(to, `/signals/spy/${wrong}`, order))).toEqual(right);
    const nobody = await comparedFor((to) => sendJson(to, `/signals/nobody/${secret}`, order));
    expect(nobody.length).toBeGreaterThan(0);
  });

  it("signatures of every key, also where the first is right", async () => {
    const body = '{"symbol":"SPY","action":"buy"}';
    const signed = (own: Parameters<typeof signedHeaders>[1]) =>
      comparedFor((to) => send(to, "/signals/spy", { body, headers: signedHeaders(body, own) }));
    const right = await signed({});
    expect(right.length).toBeGreaterThan(0);
    expect(await signed({ secret: "another-secret-0000000" })).toEqual(right);
  });
});
