import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { InputError } from "../../core/domain/errors.ts";
import { eventBridgeBus } from "../eventBridge/eventBridgeBus.ts";
import { count, logger, observed } from "../lambda/observe.ts";
import type { BatchResponse } from "../lambda/payloads.ts";
import { METRICS } from "../metrics/names.ts";
import { publishEntry } from "./handler.ts";

const { BUS_NAME: busName = "" } = process.env;

const bus = eventBridgeBus({ client: new EventBridgeClient({ maxAttempts: 1 }), busName });
const publish = publishEntry(bus, {
  // The journal has it all the same; that nobody was told is for a person to see to.
  refused: (error) => logger.critical("an event that no bus takes", error),
  published: (events) => {
    const denied = events.filter(({ type }) => type === "order.denied.v1");
    count(METRICS.ordersDenied, denied.length);
  },
});

/** Lambda's entry: a batch of the table's stream. */
export const handler = observed(async (payload): Promise<BatchResponse> => {
  if (busName === "") throw new InputError("BUS_NAME: expected the name of the bus, got none");
  return publish(payload);
});
