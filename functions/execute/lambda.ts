import { deployed } from "../lambda/environment.ts";
import { observed } from "../lambda/observe.ts";
import type { BatchResponse } from "../lambda/payloads.ts";
import { executeEntry } from "./handler.ts";

/** Lambda's entry: a batch of the queue of orders. */
export const handler = observed(async (payload): Promise<BatchResponse> => {
  const { ports, audience } = await deployed();
  return executeEntry(ports, audience)(payload);
});
