import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { InputError, TransientError } from "../../core/domain/errors.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { envelopeOf } from "../../core/events/envelope.ts";
import type { Bus } from "../../core/ports/bus.ts";
import { passes } from "../aws/errors.ts";
import { PATIENT, type Patience } from "../aws/patience.ts";

/** The one action that the adapter calls. */
export const BUS_ACTIONS = ["events:PutEvents"] as const;

/** EventBridge takes ten entries a call, together up to 256 KB. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

/** How a bus is reached. */
export interface BusOptions extends Partial<Patience> {
  readonly client: EventBridgeClient;
  readonly busName: string;
}

/**
 * Events as rules look for them: type and source beside the envelope, which is the detail.
 * @throws InputError for an event that outgrows an entry, after all others were published, and
 * TransientError where some were not taken.
 */
export function eventBridgeBus({ client, busName, ...patience }: BusOptions): Bus {
  return {
    async publish(events) {
      const entries = events.map((event) => entryOf(event, busName));
      for (const batch of batchesOf(entries.filter(fits))) {
        await send(client, batch, { ...PATIENT, ...patience });
      }
      const large = entries.find((entry) => !fits(entry));
      if (large !== undefined) throw tooLarge(large);
    },
  };
}

/** Sends until each was taken: only what was refused is sent again. */
async function send(
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
  { attempts, random, wait }: Patience,
): Promise<void> {
  let left = entries;
  for (let attempt = 1; ; attempt += 1) {
    const { refused, why } = await offer(client, left);
    if (refused.length === 0) return;
    left = refused;
    if (attempt >= attempts) {
      throw new TransientError(`bus: ${left.length} events were not taken: ${why}`, RETRY_AFTER_MS);
    }
    await wait(random() * FIRST_MS * 2 ** attempt);
  }
}

const FIRST_MS = 50;
const RETRY_AFTER_MS = 1_000;

/** Offers entries once. A call that succeeds may still refuse some of them, in their places. */
async function offer(client: EventBridgeClient, entries: readonly PutEventsRequestEntry[]) {
  try {
    const reply = await client.send(new PutEventsCommand({ Entries: [...entries] }));
    const codes = (reply.Entries ?? []).map(({ ErrorCode }) => ErrorCode);
    const refused =
      (reply.FailedEntryCount ?? 0) === 0 ? [] : entries.filter((_, i) => codes[i] !== undefined);
    return { refused, why: codes.find((code) => code !== undefined) ?? "" };
  } catch (error) {
    // A bus that is not there is no fault of the events: they are not to be given up for it.
    if (!passes(error)) throw error;
    return { refused: entries, why: error instanceof Error ? error.name : String(error) };
  }
}

function entryOf(event: DomainEvent, busName: string): PutEventsRequestEntry {
  const envelope = envelopeOf(event);
  return {
    EventBusName: busName,
    Source: envelope.source,
    DetailType: event.type,
    Time: new Date(event.eventTimeMs),
    Detail: JSON.stringify(envelope),
  };
}

function batchesOf(entries: readonly PutEventsRequestEntry[]) {
  const batches: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const more = bytesOf(entry);
    const current = batches.at(-1);
    if (current === undefined || current.length >= MAX_ENTRIES || bytes + more > MAX_BYTES) {
      batches.push([entry]);
      bytes = more;
    } else {
      current.push(entry);
      bytes += more;
    }
  }
  return batches;
}

function fits(entry: PutEventsRequestEntry): boolean {
  return bytesOf(entry) <= MAX_BYTES;
}

function tooLarge(entry: PutEventsRequestEntry): InputError {
  return new InputError(
    `bus: ${entry.DetailType}: expected at most ${MAX_BYTES} bytes an event, got ${bytesOf(entry)}: ` +
      "spread the instruments over several profiles",
  );
}

/** As AWS counts: 14 bytes for a time, and the texts in UTF-8. */
function bytesOf({ Source = "", DetailType = "", Detail = "" }: PutEventsRequestEntry): number {
  return 14 + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}
