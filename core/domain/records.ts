import type { Order } from "./order.ts";

/** An order by its client order id. There are few at a time, so a walk beats an index. */
export function orderIn(orders: readonly Order[], id: string): Order | undefined {
  for (let i = 0; i < orders.length; i += 1) {
    const order = orders[i];
    if (order !== undefined && order.request.id === id) return order;
  }
  return undefined;
}

/** The orders with one put in the place of its former self, or behind the others when it is new. */
export function withOrder(orders: readonly Order[], order: Order): readonly Order[] {
  const place = placeOf(orders, order.request.id);
  if (place === -1) return [...orders, order];
  const copy = orders.slice();
  copy[place] = order;
  return copy;
}

/** The orders without one of them. */
export function withoutOrder(orders: readonly Order[], id: string): readonly Order[] {
  const place = placeOf(orders, id);
  if (place === -1) return orders;
  if (orders.length === 1) return [];
  const copy = orders.slice();
  copy.splice(place, 1);
  return copy;
}

/** A record with a key set: a copy, or the record itself where it may be changed in place. */
export function withEntry<T>(
  record: Record<string, T>,
  key: string,
  value: T,
  inPlace = false,
): Record<string, T> {
  const after = inPlace ? record : { ...record };
  after[key] = value;
  return after;
}

/** A record without one of its keys: a copy, or itself where it may be changed in place. */
export function without<T>(
  record: Record<string, T>,
  key: string,
  inPlace = false,
): Record<string, T> {
  if (inPlace) {
    delete record[key];
    return record;
  }
  const copy: Record<string, T> = {};
  for (const each in record) {
    const value = record[each];
    if (each !== key && value !== undefined) copy[each] = value;
  }
  return copy;
}

function placeOf(orders: readonly Order[], id: string): number {
  for (let i = 0; i < orders.length; i += 1) if (orders[i]?.request.id === id) return i;
  return -1;
}
