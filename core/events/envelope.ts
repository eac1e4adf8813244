import * as z from "zod";
import { InputError, quoted } from "../domain/errors.ts";
import { epochMs, iso } from "../domain/time.ts";
import { catalogue, type DomainEvent, type EventType } from "./catalogue.ts";

const SOURCE = "bellwether";

/** CloudEvents 1.0 in JSON, with the two extensions that a journal needs. */
const envelope = z.object({
  specversion: z.literal("1.0"),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string(),
  /** When it happened. */
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal("application/json").optional(),
  /** Extension: id of the event that this one follows from. */
  causationid: z.string().optional(),
  /** Extension: when we learned of it. */
  receivedtime: z.iso.datetime({ offset: true }).optional(),
  data: z.unknown(),
});
/**
 * An event as it travels and as journals keep it.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export type Envelope = z.output<typeof envelope>;

/** Type and data have been matched by the catalogue's own schema before this is asked. */
const matched = z.custom<DomainEvent>((value) => typeof value === "object" && value !== null);

/** Wraps an event into its envelope; decimals become text. */
export function envelopeOf(event: DomainEvent): Envelope {
  const schema: z.ZodType = catalogue[event.type];
  return {
    specversion: "1.0",
    id: event.id,
    source: SOURCE,
    type: event.type,
    time: iso(event.eventTimeMs),
    datacontenttype: "application/json",
    causationid: event.causationId,
    receivedtime: iso(event.receivedTimeMs),
    data: z.encode(schema, event.data),
  };
}

/**
 * Reads an envelope.
 * @throws InputError naming the field, what was expected and what came; also for types and versions
 * that the catalogue does not know, as guessing at one could trade on it.
 */
export function readEnvelope(value: unknown): DomainEvent {
  const head = envelope.safeParse(value);
  if (!head.success) throw refused("envelope", head.error);
  const { id, type, time, causationid, receivedtime, data } = head.data;
  if (!isEventType(type)) {
    const line = `type: expected a known event type, got "${quoted(type)}"`;
    throw new InputError(`${line}${otherVersion(type)}`);
  }
  const schema: z.ZodType = catalogue[type];
  const body = z.safeDecode(schema, data);
  if (!body.success) throw refused(type, body.error);
  const eventTimeMs = epochMs(time);
  return matched.parse({
    type,
    id,
    eventTimeMs,
    receivedTimeMs: receivedtime === undefined ? eventTimeMs : epochMs(receivedtime),
    causationId: causationid ?? id,
    data: body.data,
  });
}

/** What to do about an event that this code knows by another version: see `catalogue`. */
function otherVersion(type: string): string {
  const [, name = ""] = /^(.*)\.v\d{1,9}$/.exec(type) ?? [];
  const isOf = (one: string) => one.slice(0, one.lastIndexOf(".v")) === name;
  const known = Object.keys(catalogue).filter(isOf);
  if (known.length === 0) return "";
  return `: this code knows ${known.join(" and ")}; use the version of Bellwether that wrote it`;
}

/** One line of a journal. */
export function eventText(event: DomainEvent): string {
  return JSON.stringify(envelopeOf(event));
}

/** Reads one line of a journal. @throws InputError as {@link readEnvelope} does. */
export function parseEvent(text: string): DomainEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError("expected a JSON envelope, got text that is no JSON");
  }
  return readEnvelope(value);
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(catalogue, type);
}

function refused(what: string, error: z.ZodError): InputError {
  const [issue] = error.issues;
  const words = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}`;
  return new InputError(`${what}: ${quoted(words)}`);
}
