import { deployed } from "../lambda/environment.ts";
import { observed } from "../lambda/observe.ts";
import { decideEntry } from "./handler.ts";

/** Lambda's entry: an event of the bus. */
export const handler = observed(async (payload): Promise<void> => {
  const { ports, audience } = await deployed();
  return decideEntry(ports, audience)(payload);
});
