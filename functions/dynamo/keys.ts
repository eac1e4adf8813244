/** Where an item is. README.md lists every item with what is asked of it. */
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

/** An event of an order's life; `place` sorts in the order of commits, before {@link STANDING}. */
export const orderKey = (orderId: string, place: string): Key => ({
  PK: orderPartition(orderId),
  SK: place,
});

/** Sort key of the item with an order as it stands. */
export const STANDING = "ORDER";

/** An order as it stands after its last event. */
export const standingKey = (orderId: string): Key => orderKey(orderId, STANDING);

/** All events of an order, and how it stands. */
export const orderPartition = (orderId: string): string => `ORDER#${orderId}`;

/** Commits whose events are not yet found by id and by order; mostly none. */
export const PENDING = "PENDING";

/** What is still to be written of a commit. */
export const pendingKey = (position: string): Key => ({ PK: PENDING, SK: position });

/** All kill switches that are on; few, and read before every batch of orders. */
export const SWITCHES = "SWITCHES";

/** A kill switch. */
export const switchKey = (kind: string, name: string): Key => ({
  PK: SWITCHES,
  SK: kind === "all" ? "all" : `${kind}#${name}`,
});

/** A lease. */
export const leaseKey = (name: string): Key => ({ PK: `LEASE#${name}`, SK: "LEASE" });

/** The orders of a profile, by when they were decided; each says which order it is. */
export const orderListKey = (profile: string, decided: string, orderId: string): Key => ({
  PK: `ORDERS#${profile}`,
  SK: `${decided}#${orderId}`,
});

/** A fill of a profile, in the order of commits. */
export const fillKey = (profile: string, place: string): Key => ({
  PK: `FILLS#${profile}`,
  SK: place,
});
