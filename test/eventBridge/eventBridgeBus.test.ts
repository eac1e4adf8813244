import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { expect, test } from "vitest";
import { InputError, TransientError } from "../../core/domain/errors.ts";
import { parseEvent } from "../../core/events/envelope.ts";
import { BUS_ACTIONS, eventBridgeBus } from "../../functions/eventBridge/eventBridgeBus.ts";
import { noise, signal } from "../store/events.ts";
import { type Answer, answering, patience } from "./answering.ts";

const OK = { body: { FailedEntryCount: 0, Entries: [] } };
const events = (count: number) => Array.from({ length: count }, (_, i) => signal(i));

function bus(answers: Answer[], random?: number) {
  const { config, sent } = answering(answers);
  const waits = patience(random);
  const client = new EventBridgeClient(config);
  const ids = () =>
    sent.map(({ body }) =>
      (body.Entries as { Detail: string }[]).map(({ Detail }) => parseEvent(Detail).id),
    );
  return { bus: eventBridgeBus({ client, busName: "books", ...waits }), sent, ids, ...waits };
}

test("an event is an entry with its type and source, and its envelope as the detail", async () => {
  const to = bus([OK]);
  await to.bus.publish([signal(1)]);
  const [sent] = to.sent;
  expect(sent?.target).toBe("AWSEvents.PutEvents");
  const [entry] = (sent?.body.Entries ?? []) as Record<string, unknown>[];
  expect(entry).toMatchObject({
    EventBusName: "books",
    Source: "bellwether",
    DetailType: "signal.received.v1",
    Time: signal(1).eventTimeMs / 1000,
  });
  expect(parseEvent(String(entry?.Detail))).toEqual(signal(1));
});

test("entries go in tens, and nothing is sent for nothing", async () => {
  const to = bus([OK, OK, OK]);
  await to.bus.publish(events(23));
  expect(to.ids().map((ids) => ids.length)).toEqual([10, 10, 3]);
  expect(to.ids().flat()).toEqual(events(23).map(({ id }) => id));
  await to.bus.publish([]);
  expect(to.sent).toHaveLength(3);
});

test("entries of one call are 256 KB at most, counted in UTF-8", async () => {
  const wide = (i: number) => {
    const one = signal(i);
    return { ...one, data: { ...one.data, comment: "価".repeat(30_000) } };
  };
  const to = bus([OK, OK, OK]);
  await to.bus.publish([wide(1), wide(2), wide(3), wide(4), wide(5)]);
  expect(to.ids().map((ids) => ids.length)).toEqual([2, 2, 1]);
});

test("only what was refused is sent again, after a wait that grows", async () => {
  const refused = (...places: number[]) => ({
    body: {
      FailedEntryCount: places.length,
      Entries: [0, 1, 2].map((i) =>
        places.includes(i) ? { ErrorCode: "ThrottlingException" } : { EventId: String(i) },
      ),
    },
  });
  const to = bus([refused(0, 2), refused(1), OK]);
  await to.bus.publish(events(3));
  expect(to.ids()).toEqual([
    ["signal.0", "signal.1", "signal.2"],
    ["signal.0", "signal.2"],
    ["signal.2"],
  ]);
  expect(to.waited).toEqual([50, 100]);
});

test("what is refused to the end is trouble that passes, with its reason", async () => {
  const none = { body: { FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure" }] } };
  const to = bus([none, none, none, none]);
  const published = to.bus.publish([signal(1)]);
  await expect(published).rejects.toBeInstanceOf(TransientError);
  await expect(published).rejects.toThrow(/bus: 1 events were not taken: InternalFailure/);
  expect(to.sent).toHaveLength(4);
});

test.each<Answer>([
  { status: 400, error: "ThrottlingException" },
  { status: 500, error: "InternalException" },
  { broken: "ECONNRESET" },
])("a call that fails by %o is made again", async (trouble) => {
  const to = bus([trouble, OK]);
  await to.bus.publish(events(2));
  expect(to.ids()[1]).toEqual(["signal.0", "signal.1"]);
});

test("a bus that is not there is told at once, and is no fault of the events", async () => {
  const to = bus([{ status: 400, error: "ResourceNotFoundException" }]);
  const published = to.bus.publish([signal(1)]);
  await expect(published).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await expect(published).rejects.not.toBeInstanceOf(InputError);
  expect(to.sent).toHaveLength(1);
});

test("an event that outgrows an entry is refused by name, once all others are published", async () => {
  const large = { ...signal(1), data: { ...signal(1).data, comment: noise(270_000) } };
  const to = bus([OK]);
  await expect(to.bus.publish([signal(0), large, signal(2)])).rejects.toThrow(
    /^bus: signal\.received\.v1: expected at most 262144 bytes an event, got 270\d{3}/,
  );
  expect(to.ids()).toEqual([["signal.0", "signal.2"]]);
});

test("waits are drawn by chance, so that many do not come back at once", async () => {
  const broken = { broken: "ETIMEDOUT" };
  const to = bus([broken, broken, OK], 0.1);
  await to.bus.publish([signal(1)]);
  expect(to.waited.map(Math.round)).toEqual([10, 20]);
});

test("it calls what its role allows, and nothing else", () => {
  expect(BUS_ACTIONS).toEqual(["events:PutEvents"]);
});
