/** Where an item is. */
export interface Key {
  readonly PK: string;
  readonly SK: string;
}

/** The snapshot of a profile. */
export const profileKey = (name: string): Key => ({ PK: `PROFILE#${name}`, SK: "SNAPSHOT" });

/** The book of an account: ledgers, open orders and, by them, what is reserved. */
export const bookKey = (account: string): Key => ({ PK: `ACCOUNT#${account}`, SK: "BOOK" });

/** That an event was decided on. */
export const seenKey = (dedupe: string): Key => ({ PK: `SEEN#${dedupe}`, SK: "SEEN" });

/** Part of a commit's events, in the journal of its day. */
export const journalKey = (date: string, position: string): Key => ({
  PK: dayPartition(date),
  SK: position,
});

/** All journal items of a day. */
export const dayPartition = (date: string): string => `DAY#${date}`;

/** Where an event that is of no order stands. */
export const eventKey = (id: string): Key => ({ PK: `EVENT#${id}`, SK: "EVENT" });

/** An event of an order's life; `place` sorts in the order of commits. */
export const orderKey = (orderId: string, place: string): Key => ({
  PK: orderPartition(orderId),
  SK: place,
});

/** All events of an order. */
export const orderPartition = (orderId: string): string => `ORDER#${orderId}`;

/** All kill switches that are on; few, and read before every batch of orders. */
export const SWITCHES = "SWITCHES";

/** A kill switch. */
export const switchKey = (kind: string, name: string): Key => ({
  PK: SWITCHES,
  SK: kind === "all" ? "all" : `${kind}#${name}`,
});

/** A lease. */
export const leaseKey = (name: string): Key => ({ PK: `LEASE#${name}`, SK: "LEASE" });
