import * as z from "zod";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import {
  RECONCILE_DEFAULTS,
  type Reconciled,
  type ReconcileOptions,
  reconcile,
} from "../../core/runtime/reconcileHandler.ts";
import { checked } from "../lambda/payloads.ts";

const request = z.object({ account: z.string(), sinceMs: z.number().optional() });

/** How far back fills are asked for when nobody says, ms. */
const LOOK_BACK_MS = 86_400_000;

/** Compares our books of an account with the venue's, books what was missed, and never trades. */
export function reconcileEntry(
  ports: LivePorts,
  optionsOf: (account: string) => ReconcileOptions = () => RECONCILE_DEFAULTS,
) {
  return async (payload: unknown): Promise<Reconciled> => {
    const { account, sinceMs } = checked(request, payload, "reconcile");
    const since = sinceMs ?? ports.clock.nowMs() - LOOK_BACK_MS;
    return reconcile(ports, account, since, optionsOf(account));
  };
}
