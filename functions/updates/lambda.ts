import { deployed } from "../lambda/environment.ts";
import { updatesEntry } from "./handler.ts";

/** Lambda's entry: which account to ask for. */
export async function handler(payload: unknown): Promise<{ readonly booked: number }> {
  const { ports } = await deployed();
  return updatesEntry(ports)(payload);
}
