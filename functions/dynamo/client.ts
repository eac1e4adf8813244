import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { TransientError } from "../../core/domain/errors.ts";
import type { Key } from "./keys.ts";

/** An item as plain values. */
export type Item = Readonly<Record<string, unknown>>;

/** The actions of DynamoDB that a store calls: what its role must allow, and no more. */
export const STORE_ACTIONS = [
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "dynamodb:DeleteItem",
] as const;

/** A write with the condition under which it may happen. */
export interface ConditionalPut {
  readonly item: Item;
  /** Written in DynamoDB's own language; none where the item may be there or not. */
  readonly condition?: string;
  readonly values?: Item;
}

/** One table, spoken to in plain values. Reads are consistent: money depends on them. */
export class DynamoTable {
  private readonly client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.client = client;
    this.name = name;
  }

  async get(key: Key): Promise<Item | undefined> {
    const command = new GetItemCommand({
      TableName: this.name,
      Key: marshall(key),
      ConsistentRead: true,
    });
    const { Item: found } = await asking(() => this.client.send(command));
    return found && unmarshall(found);
  }

  /** Items of a partition in the order of their keys, page after page; at most `limit`. */
  async query(PK: string, after: string | null, limit = Number.POSITIVE_INFINITY) {
    const items: Item[] = [];
    let start: QueryCommand["input"]["ExclusiveStartKey"];
    do {
      const command = new QueryCommand({
        TableName: this.name,
        ConsistentRead: true,
        KeyConditionExpression: after === null ? "PK = :pk" : "PK = :pk AND SK > :after",
        ExpressionAttributeValues: marshall(
          after === null ? { ":pk": PK } : { ":pk": PK, ":after": after },
        ),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        ...(limit === Number.POSITIVE_INFINITY ? {} : { Limit: limit - items.length }),
      });
      const page = await asking(() => this.client.send(command));
      for (const item of page.Items ?? []) items.push(unmarshall(item));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
    return items;
  }

  async put({ item, condition, values }: ConditionalPut): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.name,
      Item: marshall(item),
      ...conditionOf(condition, values),
    });
    await this.client.send(command);
  }

  async delete(key: Key): Promise<void> {
    const command = new DeleteItemCommand({ TableName: this.name, Key: marshall(key) });
    await asking(() => this.client.send(command));
  }

  /** All or nothing. Errors are DynamoDB's own: the caller knows what each condition meant. */
  async transact(puts: readonly ConditionalPut[]): Promise<void> {
    const items = puts.map(
      ({ item, condition, values }): TransactWriteItem => ({
        Put: { TableName: this.name, Item: marshall(item), ...conditionOf(condition, values) },
      }),
    );
    await this.client.send(new TransactWriteItemsCommand({ TransactItems: items }));
  }
}

function conditionOf(condition: string | undefined, values: Item | undefined) {
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition,
    ...(values === undefined ? {} : { ExpressionAttributeValues: marshall(values) }),
  };
}

/** Errors of DynamoDB by which it asks for patience. */
const PATIENCE: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "InternalServerError",
  "ServiceUnavailable",
]);

/** Whether an error passes by itself: throttling, trouble at AWS, a network that is down. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (PATIENCE.has(error.name) || error.name === "TimeoutError") return true;
  return "code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code);
}

/** How long a caller should wait after the client library has given up by itself, ms. */
const RETRY_AFTER_MS = 500;

/** Trouble that passes, as the handlers know it. */
export function transient(error: unknown): TransientError {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new TransientError(`table: ${why}`, RETRY_AFTER_MS, { cause: error });
}

async function asking<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw isPassing(error) ? transient(error) : error;
  }
}
