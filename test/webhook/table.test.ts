import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DynamoStore } from "../../functions/dynamo/dynamoStore.ts";
import { DynamoSwitches } from "../../functions/dynamo/dynamoSwitches.ts";
import { AwsClient } from "../../functions/webhook/aws/client.ts";
import { SignalTable } from "../../functions/webhook/aws/table.ts";
import { type LocalDynamo, startDynamo } from "../../functions/wire/local.ts";
import { hasJava } from "../dynamo/java.ts";
import { type Rig, rig, sendJson, typed } from "./rig.ts";

/** Sends until it is answered by other than 503, as senders do: a busy machine may be slow. */
async function insist(to: Rig, body: unknown) {
  let answer = await sendJson(to, "/signals/spy", body);
  for (let more = 0; more < 10 && answer.status === 503; more += 1) {
    answer = await sendJson(to, "/signals/spy", body);
  }
  return answer;
}

describe.skipIf(!hasJava)("the webhook's own way to the table, on DynamoDB Local", () => {
  let dynamo: LocalDynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
  }, 30_000);
  afterAll(() => dynamo.stop());

  // Records of repeats are forgotten after weeks of real time, and DynamoDB Local forgets too.
  const clock = { nowMs: () => Date.now() };
  const today = () => new Date().toISOString().slice(0, 10);

  async function world(name: string) {
    const table = await dynamo.table(name);
    const { hostname, port } = (await dynamo.client.config.endpoint?.()) ?? {};
    const client = new AwsClient({
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local", sessionToken: undefined },
      endpoints: { dynamodb: `http://${hostname}:${port}` },
    });
    const { store, journal, switches } = new SignalTable(client, name);
    const to = rig({ store, journal, switches, clock });
    return { to, books: new DynamoStore(table, clock), switches: new DynamoSwitches(table) };
  }

  it("writes what the store of all others reads, in the journal and by id", async () => {
    const { to, books } = await world("signals");
    const { status, json } = await insist(to, typed({ quantity: "2" }));
    expect(status).toBe(202);
    const event = await books.event(json().id);
    expect(event).toMatchObject({ type: "signal.received.v1", data: { quantity: 2_000_000_000n } });
    const page = await books.read({ date: today(), after: null, limit: 10 });
    expect(page.entries.map((one) => one.event)).toEqual([event]);
    const repeat = { events: event === undefined ? [] : [event], dedupe: json().id };
    const none = { profile: null, profileVersion: 0, profileState: null };
    const nothing = { ...none, account: null, bookVersion: 0, book: null };
    await expect(books.commit({ ...nothing, ...repeat })).rejects.toMatchObject({
      repeatOf: json().id,
    });
  });

  it("stores one signal of many that come at once", async () => {
    const { to, books } = await world("at-once");
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => sendJson(to, "/signals/spy", typed({ id: "1" }))),
    );
    // Who met another writer for too long is told to come again, and never that it was refused.
    for (const { status } of answers) expect([202, 503]).toContain(status);
    const last = await insist(to, typed({ id: "1" }));
    expect([last.status, to.lines.at(-1)?.trouble]).toEqual([202, null]);
    const page = await books.read({ date: today(), after: null, limit: 50 });
    expect(page.entries).toHaveLength(1);
  });

  it("sees the switches that others turn, and turns those that others see", async () => {
    const { to, switches } = await world("switches");
    const halt = { kind: "account", name: "spy", reason: "drill", by: "test", sinceMs: 1 } as const;
    await switches.halt(halt);
    expect((await insist(to, typed())).status).toBe(409);
    await switches.resume(halt);
    expect((await insist(to, typed())).status).toBe(202);
    await to.ports.switches.halt({ ...halt, kind: "profile", by: "webhook" });
    expect(await switches.halts("spy", "other")).toEqual([
      { ...halt, kind: "profile", by: "webhook" },
    ]);
  });
});
