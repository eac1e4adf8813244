import { unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { parseEvent } from "../../core/events/envelope.ts";
import type { Bus } from "../../core/ports/bus.ts";
import { eventsIn } from "../dynamo/dynamoStore.ts";
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

/**
 * Puts what was committed on the bus: the stream of the table is the outbox. Where the bus does not
 * take something, the batch comes again from that record on, in its order; repeats are harmless to
 * whoever follows.
 */
export function publishEntry(bus: Bus) {
  return async (payload: unknown): Promise<BatchResponse> => {
    const { Records } = checked(streamBatch, payload, "stream batch");
    for (const { eventName, dynamodb } of Records) {
      if (eventName !== "INSERT" || dynamodb.NewImage === undefined) continue;
      try {
        const events = committedIn(dynamodb.NewImage);
        if (events.length > 0) await bus.publish(events);
      } catch {
        return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
}

/** Only items of the journal carry what is to be published; all others are ways to find it. */
function committedIn(image: Parameters<typeof unmarshall>[0]): readonly DomainEvent[] {
  const item = unmarshall(image);
  if (typeof item.PK !== "string" || !item.PK.startsWith("DAY#")) return [];
  // Lambda shows bytes as text in base 64.
  const gz = typeof item.gz === "string" ? Buffer.from(item.gz, "base64") : item.gz;
  return eventsIn({ ...item, gz }).map(parseEvent);
}
