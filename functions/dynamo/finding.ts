import * as z from "zod";
import { isOrderEvent } from "../../core/domain/ledger.ts";
import type { Order } from "../../core/domain/order.ts";
import { iso } from "../../core/domain/time.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { orderText } from "../../core/runtime/ordersAfter.ts";
import type { ConditionalPut } from "./client.ts";
import { eventKey, fillKey, orderKey, orderListKey, standingKey } from "./keys.ts";
import { packed } from "./packing.ts";

/** An item by which something that was committed is found: plain JSON, so that it can wait. */
const finding = z.object({
  PK: z.string(),
  SK: z.string(),
  text: z.string(),
  /** Of an order: the commit after which it stands so. */
  at: z.string().optional(),
});
export type Finding = z.output<typeof finding>;

/**
 * An event is found by its id; one of an order's life by its order too, a request and a fill among
 * all of the profile. `place` sorts in the order of commits.
 */
export function findingsOf(event: DomainEvent, text: string, place: string): readonly Finding[] {
  const byId: Finding = { ...eventKey(event.id), text };
  if (!isOrderEvent(event)) return [byId];
  const { orderId, profile } = event.data;
  const found: Finding[] = [{ ...orderKey(orderId, place), text }];
  if (event.type === "order.filled.v1") found.push({ ...fillKey(profile, place), text });
  if (event.type === "order.requested.v1") {
    const decided = iso(event.data.request.decidedTimeMs);
    found.push({ ...orderListKey(profile, decided, orderId), text: orderId });
  }
  // Ids of an order's events begin with the order's: they are looked for among its life.
  return event.id.startsWith(`${orderId}.`) ? found : [...found, byId];
}

/** An order as it stands after a commit. */
export function standingOf(order: Order, at: string): Finding {
  return { ...standingKey(order.request.id), text: orderText(order), at };
}

/** The write of a finding. */
export function putOf({ PK, SK, text, at }: Finding): ConditionalPut {
  const committed = at === undefined ? {} : { committedAt: at };
  return { item: { PK, SK, ...packed(text, PK), ...committed } };
}

/** The same for one that waited: it must not undo what was committed meanwhile. */
export function latePutOf(finding: Finding): ConditionalPut {
  const put = putOf(finding);
  if (finding.at === undefined) return put;
  const condition = "attribute_not_exists(PK) OR committedAt < :at";
  return { ...put, condition, values: { ":at": finding.at } };
}

/** Reads findings that waited. */
export function parseFindings(text: string): readonly Finding[] {
  return z.array(finding).parse(JSON.parse(text));
}
