import type { Reconciled } from "../../core/runtime/reconcileHandler.ts";
import { deployed } from "../lambda/environment.ts";
import { reconcileEntry } from "./handler.ts";

/** Lambda's entry: which account to compare. */
export async function handler(payload: unknown): Promise<Reconciled> {
  const { ports } = await deployed();
  return reconcileEntry(ports)(payload);
}
