import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { connectAlpaca } from "../../functions/alpaca/connect.ts";
import { fakeTime } from "./fakeTime.ts";
import { MockAlpaca } from "./mockAlpaca.ts";

describe("an account at Alpaca", () => {
  test("is put together from keys alone, and tells whose account they open", async () => {
    const { fetchApi } = new MockAlpaca();
    const { clock, timers } = fakeTime();
    const account = connectAlpaca({ keyId: "PK", secret: "canary", fetchApi, clock, timers });
    expect(await account.id()).toBe("5f0c6c3a-0000-4000-8000-000000000001");
    expect(await account.venue.openOrders()).toEqual([]);
  });

  test("loads no sockets where only orders are sent", async () => {
    const entryPoints = ["functions/alpaca/connect.ts"];
    const options = { bundle: true, write: false, metafile: true, platform: "node" } as const;
    const { metafile } = await build({ ...options, entryPoints, format: "esm", minify: true });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter((path) => /node_modules\/(ws|@msgpack)\//.test(path))).toEqual([]);
    expect(inputs.some((path) => path.includes("alpaca-trade-api"))).toBe(true);
  });
});
