import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { InputError, TransientError } from "../../core/domain/errors.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { envelopeOf } from "../../core/events/envelope.ts";
import type { Bus } from "../../core/ports/bus.ts";

/** The one action that the adapter calls. */
export const BUS_ACTIONS = ["events:PutEvents"] as const;

/** EventBridge takes ten entries a call, together up to 256 KB. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

/** How a bus is reached. */
export interface BusOptions {
  readonly client: EventBridgeClient;
  readonly busName: string;
  /** Waits before what was refused is sent again; given from outside, so that tests do not. */
  readonly wait: (ms: number) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly attempts?: number;
}

/** Events of order and signal types, as rules look for them: the envelope is the detail. */
export function eventBridgeBus(options: BusOptions): Bus {
  return {
    async publish(events) {
      for (const entries of batchesOf(events.map((event) => entryOf(event, options.busName)))) {
        await send(entries, options);
      }
    },
  };
}

async function send(
  entries: readonly PutEventsRequestEntry[],
  { client, wait, random, attempts = 4 }: BusOptions,
): Promise<void> {
  let left = entries;
  for (let attempt = 1; ; attempt += 1) {
    const reply = await client.send(new PutEventsCommand({ Entries: [...left] }));
    // A call that succeeds may still have refused some of its entries, in their places.
    const refused = reply.Entries ?? [];
    left =
      (reply.FailedEntryCount ?? 0) === 0
        ? []
        : left.filter((_, i) => refused[i]?.ErrorCode !== undefined);
    if (left.length === 0) return;
    if (attempt >= attempts) {
      const code = refused.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode ?? "";
      throw new TransientError(`bus: ${left.length} events were not taken: ${code}`, 1_000);
    }
    await wait(50 * 2 ** attempt * (0.5 + random()));
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
    if (more > MAX_BYTES) {
      throw new InputError(`event: expected at most ${MAX_BYTES} bytes for the bus, got ${more}`);
    }
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

/** As AWS counts: 14 bytes for a time, and the texts in UTF-8. */
function bytesOf({ Source = "", DetailType = "", Detail = "" }: PutEventsRequestEntry): number {
  return 14 + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}
