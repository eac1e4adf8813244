import type { Order } from "../../core/domain/order.ts";
import { iso } from "../../core/domain/time.ts";
import type { EventOf } from "../../core/events/catalogue.ts";
import { parseEvent } from "../../core/events/envelope.ts";
import type { DynamoTable } from "./client.ts";
import type { DynamoStore } from "./dynamoStore.ts";
import { fillKey, orderListKey } from "./keys.ts";
import { unpacked } from "./packing.ts";
import { findAll } from "./pending.ts";
import { placeAfter } from "./places.ts";

/** Orders that are asked for at a time. */
const AT_ONCE = 25;

/**
 * Orders of a profile that were decided at a time (UTC ms) or after, as they stand, oldest first;
 * final ones too. Those that are open are in the book of the account.
 */
export async function ordersOf(
  table: DynamoTable,
  store: Pick<DynamoStore, "order">,
  profile: string,
  sinceMs: number,
): Promise<readonly Order[]> {
  await findAll(table);
  const { PK, SK } = orderListKey(profile, iso(sinceMs), "");
  const ids = (await table.query(PK, SK)).map(unpacked);
  const orders: Order[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => store.order(id)));
    orders.push(...some.filter((order) => order !== undefined));
  }
  return orders;
}

/** Fills of a profile that were committed at a time (UTC ms) or after, in that order. */
export async function fillsOf(
  table: DynamoTable,
  profile: string,
  sinceMs: number,
): Promise<readonly EventOf<"order.filled.v1">[]> {
  await findAll(table);
  const { PK, SK } = fillKey(profile, placeAfter(sinceMs));
  const events = (await table.query(PK, SK)).map((item) => parseEvent(unpacked(item)));
  return events.filter((event) => event.type === "order.filled.v1");
}
