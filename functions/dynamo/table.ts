/**
 * The one table, as data for whoever makes it: stacks/, tests, and replays over the wire. No index:
 * every question is asked by key, and what must be found in two ways is written twice, in the same
 * transaction.
 */
export const TABLE = {
  partitionKey: "PK",
  sortKey: "SK",
  /** Items with this attribute (seconds since 1970) are forgotten after it. */
  expiresAt: "expiresAt",
  /** The stream is the outbox: old items are looked at by nobody. */
  stream: "NEW_IMAGE",
} as const;

/** DynamoDB refuses items above 400 KB: ours are refused a little earlier, and by name. */
export const MAX_ITEM_BYTES = 390_000;

/** Items that one transaction may write, and all their bytes. */
export const MAX_ITEMS = 100;
/** Below the 4 MB that DynamoDB takes, as it counts names of attributes too. */
export const MAX_COMMIT_BYTES = 3_900_000;

/**
 * How long ids of decided events are kept, s: longer than any bus or queue repeats, and than the
 * archive of the bus, which a person can replay (90 days).
 */
export const SEEN_FOR_S = 100 * 86_400;

/** What `CreateTable` is asked for, where no stack makes the table. */
export function tableInput(name: string) {
  const { partitionKey, sortKey, stream } = TABLE;
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST" as const,
    AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S" as const,
    })),
    KeySchema: [
      { AttributeName: partitionKey, KeyType: "HASH" as const },
      { AttributeName: sortKey, KeyType: "RANGE" as const },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: stream },
  };
}
