/**
 * The one table, as data for whoever makes it. No index: every question is asked by key, and what
 * must be found in two ways is written twice, in the same transaction.
 */
export const TABLE = {
  partitionKey: "PK",
  sortKey: "SK",
  /** Items with this attribute (seconds since 1970) are forgotten after it. */
  expiresAt: "expiresAt",
} as const;

/** DynamoDB refuses items above 400 KB: ours are refused a little earlier, and by name. */
export const MAX_ITEM_BYTES = 390_000;

/** Items that one transaction may write. */
export const MAX_ITEMS = 100;

/** How long ids of decided events are kept, s: longer than any bus or queue repeats. */
export const SEEN_FOR_S = 45 * 86_400;
