import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DynamoLeases } from "../../functions/dynamo/dynamoLeases.ts";
import { DynamoStore } from "../../functions/dynamo/dynamoStore.ts";
import { DynamoSwitches } from "../../functions/dynamo/dynamoSwitches.ts";
import { packed } from "../../functions/dynamo/packing.ts";
import { type LocalDynamo, startDynamo } from "../../functions/wire/local.ts";
import { storeContract } from "../store/contract.ts";
import { hasJava } from "./java.ts";

const DATE = "2024-07-01";

describe.skipIf(!hasJava)("on DynamoDB Local", () => {
  let dynamo: LocalDynamo;
  let tables = 0;
  let nowMs = Date.parse(`${DATE}T14:00:00Z`);
  const clock = {
    nowMs: () => {
      nowMs += 1;
      return nowMs;
    },
  };
  const fresh = () => {
    tables += 1;
    return dynamo.table(`books-${tables}`);
  };

  beforeAll(async () => {
    dynamo = await startDynamo();
  }, 30_000);
  afterAll(() => dynamo.stop());

  storeContract("a table of DynamoDB", async () => {
    const table = await fresh();
    const store = new DynamoStore(table, clock);
    return { store, journal: store, switches: new DynamoSwitches(table), date: DATE };
  });

  test("a lease has one holder, and a new epoch with every new one", async () => {
    const leases = new DynamoLeases(await fresh());
    const first = await leases.acquire("stream", "a", 0, 1_000);
    expect(first).toEqual({ name: "stream", holder: "a", epoch: 1, expiresAtMs: 1_000 });
    expect(await leases.acquire("stream", "b", 500, 1_000)).toBeNull();
    if (first === null) throw new Error("expected a lease");
    const renewed = await leases.renew(first, 900, 1_000);
    expect(renewed?.expiresAtMs).toBe(1_900);
    const second = await leases.acquire("stream", "b", 2_000, 1_000);
    expect(second?.epoch).toBe(2);
    // The first holder was paused and comes back: it must not act any more.
    expect(await leases.renew(first, 2_100, 1_000)).toBeNull();
    if (second !== null) await leases.release(second);
    expect((await leases.acquire("stream", "a", 2_200, 1_000))?.epoch).toBe(3);
  });

  test("of many who ask for a lease at once, one gets it", async () => {
    const leases = new DynamoLeases(await fresh());
    const asked = await Promise.all(
      Array.from({ length: 8 }, (_, i) => leases.acquire("stream", `holder-${i}`, 0, 1_000)),
    );
    expect(asked.filter((lease) => lease !== null).length).toBe(1);
  });
});

test("what would not fit an item is refused by name, before anything is written", () => {
  let text = "";
  // Random text does not compress; made without chance, so that the test is the same every time.
  for (let i = 1, x = 1; i < 130_000; i += 1) {
    x = (x * 48_271) % 2_147_483_647;
    text += x.toString(36);
  }
  expect(() => packed(text, "book of main")).toThrow(
    /^book of main: expected at most 390000 bytes/,
  );
});
