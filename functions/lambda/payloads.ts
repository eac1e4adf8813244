import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { readEnvelope } from "../../core/events/envelope.ts";

/** What EventBridge hands to a target: our envelope is its detail. */
const busEvent = z.object({ id: z.string(), "detail-type": z.string(), detail: z.unknown() });

/** A batch of an SQS queue that a rule of the bus feeds: each body is an event of the bus. */
const queueBatch = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ MessageGroupId: z.string().optional() }).optional(),
    }),
  ),
});

/** A message of a queue with the event in it, or why it has none. */
export interface QueueMessage {
  readonly messageId: string;
  readonly event: DomainEvent | InputError;
}

/** What Lambda is told of a batch: these messages come again, the others are done. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Reads an event that the bus delivered. @throws InputError naming the field that is wrong. */
export function eventOfBus(payload: unknown): DomainEvent {
  return readEnvelope(checked(busEvent, payload, "bus event").detail);
}

/** Reads a batch of a queue; one unreadable message does not hide the others. */
export function messagesOfQueue(payload: unknown): readonly QueueMessage[] {
  const { Records } = checked(queueBatch, payload, "queue batch");
  return Records.map(({ messageId, body }) => ({ messageId, event: eventIn(body) }));
}

/** Checks a payload against a schema. @throws InputError naming the field that is wrong. */
export function checked<T extends z.ZodType>(
  schema: T,
  payload: unknown,
  what: string,
): z.output<T> {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new InputError(`${what}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}`);
}

function eventIn(body: string): DomainEvent | InputError {
  try {
    return eventOfBus(JSON.parse(body));
  } catch (error) {
    if (error instanceof InputError) return error;
    return new InputError("body: expected an event of the bus as JSON, got text that is none");
  }
}
