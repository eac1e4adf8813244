import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { ConflictError, InputError, TransientError } from "../../core/domain/errors.ts";
import { DynamoTable } from "../../functions/dynamo/client.ts";
import { DynamoStore } from "../../functions/dynamo/dynamoStore.ts";
import { type Answer, answering, patience } from "../eventBridge/answering.ts";
import { NONE, OPENED, signal } from "../store/events.ts";

const COMMIT = { ...NONE, account: "main", book: OPENED, events: [signal(1)], dedupe: "a" };
const LOST: Answer = { broken: "ECONNRESET" };
const THROTTLED: Answer = { status: 400, error: "ThrottlingException" };
const ITEM = { PK: { S: "x" }, SK: { S: "y" } };

/** Reasons by the parts of the commit: the repeat, the book, the journal, the event. */
function cancelled(...codes: string[]): Answer {
  const CancellationReasons = codes.map((Code) => ({ Code }));
  const body = { __type: "TransactionCanceledException", CancellationReasons };
  return { status: 400, body };
}

function storeOf(answers: Answer[]) {
  const { config, sent } = answering(answers);
  const { waited, ...waits } = patience();
  const table = new DynamoTable(new DynamoDBClient(config), "books", waits);
  const store = new DynamoStore(table, { nowMs: () => 1_000 }, "writer");
  const actions = () => sent.map(({ target }) => target.split(".")[1]);
  return { store, sent, waited, actions };
}

describe("a commit", () => {
  test("whose answer is lost is sent again as the same, by one token", async () => {
    const { store, sent, waited } = storeOf([LOST, { body: {} }]);
    await store.commit(COMMIT);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.body).toEqual(sent[0]?.body);
    expect(sent[0]?.body.ClientRequestToken).toBe("00000000001000.000000#writer");
    expect(waited).toEqual([30]);
  });

  test("that met another under way is sent again, with a wait by chance", async () => {
    const crowded = cancelled("None", "TransactionConflict", "None", "None");
    const { store, waited } = storeOf([crowded, crowded, { body: {} }]);
    await store.commit(COMMIT);
    expect(waited).toEqual([30, 60]);
  });

  test("that keeps meeting others is a lost race", async () => {
    const crowded = cancelled("None", "TransactionConflict", "None", "None");
    const { store } = storeOf([crowded, crowded, crowded, crowded, { body: {} }]);
    await expect(store.commit(COMMIT)).rejects.toMatchObject({
      name: "ConflictError",
      repeatOf: null,
      message: "account main at version 0, a: others keep writing",
    });
  });

  test("whose every answer was lost is looked up: it may be there", async () => {
    const proof = { body: { Item: { ...ITEM, commitId: { S: "00000000001000.000000#writer" } } } };
    const { store, actions } = storeOf([LOST, LOST, LOST, LOST, proof]);
    await store.commit(COMMIT);
    expect(actions().at(-1)).toBe("GetItem");
  });

  test("that is not there after all is trouble that passes, and is not taken for done", async () => {
    const { store } = storeOf([LOST, LOST, LOST, LOST, { body: {} }]);
    await expect(store.commit(COMMIT)).rejects.toBeInstanceOf(TransientError);
  });

  test("of another in its place is not taken for its own", async () => {
    const other = { body: { Item: { ...ITEM, commitId: { S: "00000000001000.000000#other" } } } };
    const { store } = storeOf([LOST, LOST, LOST, LOST, other]);
    await expect(store.commit(COMMIT)).rejects.toBeInstanceOf(TransientError);
  });

  test("that can't even be looked up is trouble that passes", async () => {
    const { store } = storeOf([LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST]);
    await expect(store.commit(COMMIT)).rejects.toBeInstanceOf(TransientError);
  });

  test.each([
    [["ConditionalCheckFailed", "ConditionalCheckFailed", "None", "None"], "a"],
    [["ConditionalCheckFailed", "None", "None", "None"], "a"],
    [["None", "ConditionalCheckFailed", "None", "None"], null],
    [["None", "ConditionalCheckFailed", "TransactionConflict", "None"], null],
  ])("refused for %o is a repeat of %o", async (codes, repeatOf) => {
    const { store, sent } = storeOf([cancelled(...codes)]);
    const refused = store.commit(COMMIT);
    await expect(refused).rejects.toBeInstanceOf(ConflictError);
    await expect(refused).rejects.toMatchObject({ repeatOf });
    expect(sent).toHaveLength(1);
  });

  test("refused by a lease is told to stop", async () => {
    const codes = ["None", "ConditionalCheckFailed", "None", "None", "ConditionalCheckFailed"];
    const { store } = storeOf([cancelled(...codes)]);
    const fence = { name: "stream", epoch: 3 };
    await expect(store.commit({ ...COMMIT, fence })).rejects.toThrow(
      /lease stream: expected epoch 3 to hold, another was stored: stop acting/,
    );
  });

  test("throttled for long is trouble that passes, and says for how long", async () => {
    const throttled = cancelled("ThrottlingError", "None", "None", "None");
    const { store } = storeOf([throttled, throttled, THROTTLED, throttled, { body: {} }]);
    await expect(store.commit(COMMIT)).rejects.toMatchObject({
      name: "TransientError",
      retryAfterMs: 500,
    });
  });

  test("of nothing asks nothing", async () => {
    const { store, sent } = storeOf([]);
    await store.commit({ ...NONE, events: [], dedupe: null });
    expect(sent).toEqual([]);
  });
});

describe("a read", () => {
  test("is consistent, and waits out throttling", async () => {
    const { store, sent } = storeOf([THROTTLED, { body: {} }]);
    expect(await store.book("main")).toBeUndefined();
    for (const { body } of sent) expect(body.ConsistentRead).toBe(true);
  });

  test("follows pages to the end, consistently", async () => {
    const page = (SK: string, more: boolean) => ({
      body: {
        Items: [{ PK: { S: "DAY#2024-07-01" }, SK: { S: SK }, text: { S: "[]" } }],
        ...(more ? { LastEvaluatedKey: ITEM } : {}),
      },
    });
    const { store, sent } = storeOf([page("1", true), page("2", true), page("3", false)]);
    await store.read({ date: "2024-07-01", after: null, limit: 10 });
    expect(sent.map(({ body }) => body.ConsistentRead)).toEqual([true, true, true]);
    expect(sent.map(({ body }) => body.ExclusiveStartKey)).toEqual([undefined, ITEM, ITEM]);
    expect(sent.map(({ body }) => body.Limit)).toEqual([11, 10, 9]);
  });

  test.each(["AccessDeniedException", "ResourceNotFoundException", "ExpiredTokenException"])(
    "that fails by %s is for a person to see to, at once",
    async (error) => {
      const { store, sent } = storeOf([{ status: 400, error }]);
      await expect(store.book("main")).rejects.toBeInstanceOf(InputError);
      expect(sent).toHaveLength(1);
    },
  );
});
