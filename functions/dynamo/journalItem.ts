import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { readEnvelope } from "../../core/events/envelope.ts";
import { type Packed, packed, unpacked } from "./packing.ts";

const envelopes = z.array(z.unknown());

/** Part of a commit's events as the journal keeps it: their envelopes, in order. */
export function journalItem(texts: readonly string[]): Packed {
  return packed(`[${texts.join(",")}]`, `${texts.length} events`);
}

/** The events of a journal item. @throws InputError for one that is not readable. */
export function eventsIn(item: Readonly<Record<string, unknown>>): readonly DomainEvent[] {
  let values: unknown;
  try {
    values = JSON.parse(unpacked(item));
  } catch (error) {
    throw new InputError(`journal ${String(item.SK)}: expected events as JSON, got none`, {
      cause: error,
    });
  }
  return envelopes.parse(values).map(readEnvelope);
}
