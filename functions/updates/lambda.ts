import { deployed } from "../lambda/environment.ts";
import { observed } from "../lambda/observe.ts";
import { updatesEntry } from "./handler.ts";

/** Lambda's entry: which account to ask for. */
export const handler = observed(async (payload): Promise<{ readonly booked: number }> => {
  const { ports } = await deployed();
  return updatesEntry(ports)(payload);
});
