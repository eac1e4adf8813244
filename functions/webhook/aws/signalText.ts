import { decimal, textOf } from "../../../core/domain/decimal.ts";
import { epochMs, iso } from "../../../core/domain/time.ts";
import type { SignalEvent } from "../judge.ts";

/**
 * The envelope of a signal, as core/events/envelope.ts writes it for every event. That one knows
 * all schemas, which take longer to start than the rest of the webhook: a test keeps them alike.
 */
export function signalText(event: SignalEvent): string {
  const { data } = event;
  return JSON.stringify({
    specversion: "1.0",
    id: event.id,
    source: "bellwether",
    type: event.type,
    time: iso(event.eventTimeMs),
    datacontenttype: "application/json",
    causationid: event.causationId,
    receivedtime: iso(event.receivedTimeMs),
    data: {
      ...data,
      quantity: data.quantity === null ? null : textOf(data.quantity),
      maxQuantity: data.maxQuantity === null ? null : textOf(data.maxQuantity),
    },
  });
}

/** Reads what {@link signalText} wrote: our own table's text is trusted. */
export function readSignalText(text: string): SignalEvent {
  const { id, type, time, receivedtime, causationid, data } = JSON.parse(text);
  return {
    id,
    type,
    eventTimeMs: epochMs(time),
    receivedTimeMs: epochMs(receivedtime),
    causationId: causationid,
    data: {
      ...data,
      quantity: data.quantity === null ? null : decimal(data.quantity),
      maxQuantity: data.maxQuantity === null ? null : decimal(data.maxQuantity),
    },
  };
}
