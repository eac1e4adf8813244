import { marshall } from "@aws-sdk/util-dynamodb";
import { expect, test } from "vitest";
import { InputError, TransientError } from "../../core/domain/errors.ts";
import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import { eventText } from "../../core/events/envelope.ts";
import { journalItem } from "../../functions/dynamo/journalItem.ts";
import { dayPartition } from "../../functions/dynamo/keys.ts";
import { publishEntry, recordsOf } from "../../functions/publish/handler.ts";
import { signal } from "../store/events.ts";

const KEY = { PK: dayPartition("2024-07-01"), SK: "1" };

/** A record of the stream as Lambda is given it: bytes are text in base 64. */
function record(sequence: number, item: Record<string, unknown>, eventName = "INSERT") {
  const { gz, ...plain } = item;
  const bytes = gz instanceof Uint8Array ? { gz: { B: Buffer.from(gz).toString("base64") } } : {};
  const NewImage = { ...marshall(plain), ...bytes };
  return {
    eventID: String(sequence),
    eventSource: "aws:dynamodb",
    eventName,
    dynamodb: { SequenceNumber: String(sequence), NewImage, StreamViewType: "NEW_IMAGE" },
  };
}

const journal = (sequence: number, ...events: readonly DomainEvent[]) =>
  record(sequence, { ...KEY, ...journalItem(events.map(eventText)) });

function busOf(fail: (events: readonly DomainEvent[]) => Error | null = () => null) {
  const published: string[] = [];
  const bus = {
    async publish(events: readonly DomainEvent[]) {
      const error = fail(events);
      if (error !== null) throw error;
      published.push(...events.map(({ id }) => id));
    },
  };
  return { bus, published };
}

test("new items of the journal are published in their order, and nothing else is", async () => {
  const many = Array.from({ length: 40 }, (_, i) => signal(i));
  const { bus, published } = busOf();
  const Records = [
    journal(1, signal(100), signal(101)),
    record(2, { PK: "EVENT#signal.1", SK: "EVENT", text: "{}" }),
    record(3, { PK: "ACCOUNT#main", SK: "BOOK", version: 2, text: "{}" }),
    record(4, { ...KEY, ...journalItem(many.map(eventText)) }),
    record(5, { ...KEY, text: "[]" }, "MODIFY"),
    { eventName: "REMOVE", dynamodb: { SequenceNumber: "6" } },
  ];
  expect(await publishEntry(bus)({ Records })).toEqual({ batchItemFailures: [] });
  expect(published).toEqual(["signal.100", "signal.101", ...many.map(({ id }) => id)]);
});

test("from the first record that was not taken on, the batch comes again", async () => {
  const { bus, published } = busOf(([event]) =>
    event?.id === "signal.2" ? new TransientError("busy", 1) : null,
  );
  const Records = [journal(1, signal(1)), journal(2, signal(2)), journal(3, signal(3))];
  const again = { batchItemFailures: [{ itemIdentifier: "2" }] };
  expect(await publishEntry(bus)({ Records })).toEqual(again);
  expect(published).toEqual(["signal.1"]);
});

test("an event that no bus ever takes is told, and keeps nothing behind it waiting", async () => {
  const { bus, published } = busOf(([event]) =>
    event?.id === "signal.2" ? new InputError("too large") : null,
  );
  const told: string[] = [];
  const Records = [journal(1, signal(1)), journal(2, signal(2)), journal(3, signal(3))];
  const publish = publishEntry(bus, { refused: (error) => told.push(error.message) });
  expect(await publish({ Records })).toEqual({ batchItemFailures: [] });
  expect(published).toEqual(["signal.1", "signal.3"]);
  expect(told).toEqual(["too large"]);
});

test("a record that can't be read is an error of its own, for the dead letters", async () => {
  const broken = record(2, { ...KEY, text: "half a" });
  const unknown = record(3, { ...KEY, text: JSON.stringify([{ type: "order.eaten.v9" }]) });
  for (const bad of [broken, unknown, record(4, { ...KEY })]) {
    const Records = [journal(1, signal(1)), bad];
    expect(recordsOf({ Records })[1]?.events).toBeInstanceOf(InputError);
    const { bus, published } = busOf();
    const failed = [{ itemIdentifier: bad.dynamodb.SequenceNumber }];
    expect(await publishEntry(bus)({ Records })).toEqual({ batchItemFailures: failed });
    expect(published).toEqual(["signal.1"]);
  }
});

test("snapshots stay in the journal: nobody follows them, and they outgrow the bus", async () => {
  const snapshot: EventOf<"snapshot.taken.v1"> = {
    type: "snapshot.taken.v1",
    id: "mix.snapshot",
    eventTimeMs: 1,
    receivedTimeMs: 1,
    causationId: "mix.snapshot",
    data: { kind: "profile", name: "mix", text: "{}" },
  };
  const { bus, published } = busOf();
  await publishEntry(bus)({ Records: [journal(1, snapshot, signal(1)), journal(2, snapshot)] });
  expect(published).toEqual(["signal.1"]);
});

test("what is no batch of a stream is refused", async () => {
  await expect(publishEntry(busOf().bus)({ Records: [{}] })).rejects.toThrow(/^stream batch: /);
});
