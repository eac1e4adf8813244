import { unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import type { DomainEvent, EventType } from "../../core/events/catalogue.ts";
import type { Bus } from "../../core/ports/bus.ts";
import { eventsIn } from "../dynamo/journalItem.ts";
import { dayPartition } from "../dynamo/keys.ts";
import { type BatchResponse, checked } from "../lambda/payloads.ts";

/** What the stream of the table delivers; images are in DynamoDB's own notation. */
const streamBatch = z.object({
  Records: z.array(
    z.object({
      eventName: z.enum(["INSERT", "MODIFY", "REMOVE"]),
      dynamodb: z.object({
        SequenceNumber: z.string(),
        NewImage: z.custom<Parameters<typeof unmarshall>[0]>().optional(),
      }),
    }),
  ),
});

/** A record of the stream, with the events that it tells or why it can't be read. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly events: readonly DomainEvent[] | InputError;
}

/** Who is told of what became of a record's events. */
export interface Listeners {
  /** One that no bus will ever take. */
  readonly refused?: (error: InputError) => void;
  /** Those that are on the bus now; the same may be told again. */
  readonly published?: (events: readonly DomainEvent[]) => void;
}

/** Events that nobody follows, and that outgrow an entry of the bus: the journal keeps them. */
const KEPT_BACK: ReadonlySet<EventType> = new Set(["snapshot.taken.v1"]);

/**
 * Reads a batch of the table's stream, in its order. Only new items of the journal carry events;
 * all others are ways to find them. @throws InputError for what is no batch of a stream.
 */
export function recordsOf(payload: unknown): readonly StreamRecord[] {
  const { Records } = checked(streamBatch, payload, "stream batch");
  return Records.flatMap(({ eventName, dynamodb: { NewImage, SequenceNumber } }) => {
    if (eventName !== "INSERT" || NewImage === undefined) return [];
    return [{ sequenceNumber: SequenceNumber, events: eventsOf(NewImage) }];
  });
}

/**
 * Puts what was committed on the bus: the stream of the table is the outbox. Where the bus does not
 * take something, or a record is not readable, the batch comes again from that record on, in its
 * order; repeats are harmless to whoever follows. What can never go over the bus is told to
 * `refused` and left out, as everything behind it would wait for it.
 */
export function publishEntry(bus: Bus, { refused, published }: Listeners = {}) {
  return async (payload: unknown): Promise<BatchResponse> => {
    for (const { sequenceNumber, events } of recordsOf(payload)) {
      const failed = { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
      if (events instanceof InputError) return failed;
      try {
        if (events.length > 0) await bus.publish(events);
        published?.(events);
      } catch (error) {
        if (!(error instanceof InputError)) return failed;
        refused?.(error);
      }
    }
    return { batchItemFailures: [] };
  };
}

function eventsOf(image: Parameters<typeof unmarshall>[0]): readonly DomainEvent[] | InputError {
  try {
    const item = unmarshall(image);
    if (typeof item.PK !== "string" || !item.PK.startsWith(dayPartition(""))) return [];
    // Lambda shows bytes as text in base 64.
    const gz = typeof item.gz === "string" ? Buffer.from(item.gz, "base64") : item.gz;
    return eventsIn({ ...item, gz }).filter(({ type }) => !KEPT_BACK.has(type));
  } catch (error) {
    if (error instanceof InputError) return error;
    return new InputError("record: expected events of the journal, got what is not readable");
  }
}
