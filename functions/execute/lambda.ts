import { deployed } from "../lambda/environment.ts";
import type { BatchResponse } from "../lambda/payloads.ts";
import { executeEntry } from "./handler.ts";

/** Lambda's entry: a batch of the queue of orders. */
export async function handler(payload: unknown): Promise<BatchResponse> {
  const { ports, audience } = await deployed();
  return executeEntry(ports, audience)(payload);
}
