import {
  DeleteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { PATIENT, type Patience, patiently } from "../aws/patience.ts";
import { isPassing, known } from "./errors.ts";
import type { Key } from "./keys.ts";

/** An item as plain values. */
export type Item = Readonly<Record<string, unknown>>;

/**
 * The actions of DynamoDB that a store calls: what its role must allow, and no more. A transaction
 * is allowed by the actions of its parts.
 */
export const STORE_ACTIONS = [
  "dynamodb:ConditionCheckItem",
  "dynamodb:DeleteItem",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
] as const;

/** Under which condition something may be written, in DynamoDB's own language. */
export interface Condition {
  readonly condition?: string;
  readonly values?: Item;
}

/** A write with the condition under which it may happen. */
export interface ConditionalPut extends Condition {
  readonly item: Item;
}

/** A condition on an item that is left as it is. */
export interface Check extends Condition {
  readonly key: Key;
  readonly condition: string;
}

/** A client that gives up quickly and tries once: {@link DynamoTable} does the rest. */
export function dynamoClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const requestHandler = { connectionTimeout: 1_000, requestTimeout: 2_000 };
  return new DynamoDBClient({ maxAttempts: 1, requestHandler, ...config });
}

/**
 * One table, spoken to in plain values. Reads are consistent: money depends on them. Trouble that
 * passes is waited out, and what is left of it is a TransientError.
 */
export class DynamoTable {
  readonly name: string;
  private readonly client: DynamoDBClient;
  private readonly patience: Patience;

  constructor(client: DynamoDBClient, name: string, patience: Patience = PATIENT) {
    this.client = client;
    this.name = name;
    this.patience = patience;
  }

  async get(key: Key): Promise<Item | undefined> {
    const input = { TableName: this.name, Key: marshall(key), ConsistentRead: true };
    const { Item: found } = await this.asking(() => this.client.send(new GetItemCommand(input)));
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
      const page = await this.asking(() => this.client.send(command));
      for (const item of page.Items ?? []) items.push(unmarshall(item));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
    return items;
  }

  /** @throws ConditionalCheckFailedException where the condition does not hold. */
  async put({ item, ...condition }: ConditionalPut): Promise<void> {
    const input = { TableName: this.name, Item: marshall(item), ...conditionOf(condition) };
    await this.asking(() => this.client.send(new PutItemCommand(input)));
  }

  async delete(key: Key): Promise<void> {
    const input = { TableName: this.name, Key: marshall(key) };
    await this.asking(() => this.client.send(new DeleteItemCommand(input)));
  }

  /**
   * All or nothing, also when the answer is lost and it is sent again: the token tells DynamoDB
   * that it is the same. Errors are DynamoDB's own: the caller knows what each condition meant.
   */
  async transact(
    puts: readonly ConditionalPut[],
    checks: readonly Check[],
    token: string,
  ): Promise<void> {
    const TransactItems = [
      ...puts.map(
        ({ item, ...condition }): TransactWriteItem => ({
          Put: { TableName: this.name, Item: marshall(item), ...conditionOf(condition) },
        }),
      ),
      ...checks.map(
        ({ key, condition, values }): TransactWriteItem => ({
          ConditionCheck: {
            TableName: this.name,
            Key: marshall(key),
            ConditionExpression: condition,
            ...(values && { ExpressionAttributeValues: marshall(values) }),
          },
        }),
      ),
    ];
    const input = { TransactItems, ClientRequestToken: token };
    const command = new TransactWriteItemsCommand(input);
    await patiently(() => this.client.send(command), isPassing, this.patience);
  }

  private async asking<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await patiently(run, isPassing, this.patience);
    } catch (error) {
      throw known(error);
    }
  }
}

function conditionOf({ condition, values }: Condition) {
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition,
    ...(values && { ExpressionAttributeValues: marshall(values) }),
  };
}
