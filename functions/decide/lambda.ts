import { deployed } from "../lambda/environment.ts";
import { decideEntry } from "./handler.ts";

/** Lambda's entry: an event of the bus. */
export async function handler(payload: unknown): Promise<void> {
  const { ports, audience } = await deployed();
  return decideEntry(ports, audience)(payload);
}
