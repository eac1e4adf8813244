import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { InputError } from "../../core/domain/errors.ts";
import { eventBridgeBus } from "../eventBridge/eventBridgeBus.ts";
import type { BatchResponse } from "../lambda/payloads.ts";
import { publishEntry } from "./handler.ts";

const { BUS_NAME: busName = "" } = process.env;

const bus = eventBridgeBus({ client: new EventBridgeClient({ maxAttempts: 1 }), busName });
const publish = publishEntry(bus, ({ message }) => {
  // The journal has it all the same; that nobody was told is for a person to see to.
  console.log(JSON.stringify({ level: "page", message }));
});

/** Lambda's entry: a batch of the table's stream. */
export async function handler(payload: unknown): Promise<BatchResponse> {
  if (busName === "") throw new InputError("BUS_NAME: expected the name of the bus, got none");
  return publish(payload);
}
