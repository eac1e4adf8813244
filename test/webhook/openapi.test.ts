import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createApp, ROUTES } from "../../functions/webhook/app.ts";
import { openApiDocument } from "../../functions/webhook/openapi/document.ts";
import { NOW_MS, rig, SECRETS, send, sendJson, typed } from "./rig.ts";

const document = openApiDocument();
const schemas = new Ajv2020({ strict: false, validateFormats: false });
schemas.addSchema(document, "doc");
const validator = (name: string) => {
  const validate = schemas.getSchema(`doc#/components/schemas/${name}`);
  if (validate === undefined) throw new Error(`no schema ${name}`);
  return validate;
};

describe("the OpenAPI document", () => {
  it("is what the app serves (npx vitest run test/webhook/openapi.test.ts -u rebuilds it)", async () => {
    const text = `${JSON.stringify(document, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../../functions/webhook/openapi/openapi.json");
    const served = await send(rig(), "/openapi.json", { method: "GET" });
    expect(served.json()).toEqual(JSON.parse(text));
  });

  it("has the app's routes and methods, all of them and no others", () => {
    const inDocument = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const inApp = createApp(rig().ports)
      .routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    expect(inDocument.sort()).toEqual(inApp.sort());
    expect(Object.keys(ROUTES)).toHaveLength(inApp.length);
  });

  it("describes the answers as they are", async () => {
    const to = rig();
    const good = await sendJson(to, "/signals/spy", typed());
    const bad = await sendJson(to, "/signals/spy", typed({ action: "hold" }));
    const killed = await sendJson(to, "/kill/all", { secret: SECRETS.kill[0] });
    expect(validator("Accepted")(good.json())).toBe(true);
    expect(validator("Problem")(bad.json())).toBe(true);
    expect(validator("Halted")(killed.json())).toBe(true);
  });

  it("refuses no signal that the app takes", async () => {
    const odd = fc.oneof(
      fc.constantFrom("SPY", "buy", "1", "", "x y", 0, -1, 2.5, null, true),
      fc.string({ maxLength: 8 }),
    );
    const mostly = (...good: readonly unknown[]) =>
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: odd });
    const time = mostly("2026-03-02T17:00:29Z", NOW_MS, String(NOW_MS + 1));
    const body = fc.record(
      {
        secret: fc.constant(SECRETS["spy/typed"][0]),
        symbol: mostly("SPY", "AMEX:SPY"),
        action: mostly("buy", "sell", "exit"),
        id: mostly("a", 7),
        price: mostly(1, "471.5"),
        quantity: mostly("1.5", 2),
        comment: mostly("fine", 1),
        sentAt: time,
        expiresAt: mostly(NOW_MS + 60_000, "2026-03-02T17:01:30Z"),
      },
      { requiredKeys: ["secret", "symbol", "action"] },
    );
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(body, async (one) => {
        const { status } = await sendJson(rig(), "/signals/spy", one);
        if (status !== 202) return;
        taken += 1;
        // An empty text or null says as little as a field that is left out.
        const said = Object.entries(one).filter(([, value]) => value !== "" && value !== null);
        const valid = validator("Signal")(Object.fromEntries(said));
        expect(valid, JSON.stringify(one)).toBe(true);
      }),
      { seed: 11, numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});
