import { setTimeout as wait } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { InputError } from "../../core/domain/errors.ts";
import { eventBridgeBus } from "../eventBridge/eventBridgeBus.ts";
import type { BatchResponse } from "../lambda/payloads.ts";
import { publishEntry } from "./handler.ts";

const { BUS_NAME: busName = "" } = process.env;

const publish = publishEntry(
  eventBridgeBus({ client: new EventBridgeClient({}), busName, wait, random: Math.random }),
);

/** Lambda's entry: a batch of the table's stream. */
export async function handler(payload: unknown): Promise<BatchResponse> {
  if (busName === "") throw new InputError("BUS_NAME: expected the name of the bus, got none");
  return publish(payload);
}
