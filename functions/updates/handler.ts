import * as z from "zod";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { pollUpdates } from "../../core/runtime/pollUpdates.ts";
import { checked } from "../lambda/payloads.ts";

const request = z.object({ account: z.string(), sinceMs: z.number().optional() });

/** How far back fills are asked for when nobody says, ms: a day covers any outage that counts. */
const LOOK_BACK_MS = 86_400_000;

/**
 * Asks the venue what became of the open orders of an account, for those who run no stream. It
 * books what the stream would have told, and nothing twice.
 */
export function updatesEntry(ports: LivePorts) {
  return async (payload: unknown): Promise<{ readonly booked: number }> => {
    const { account, sinceMs } = checked(request, payload, "updates");
    const since = sinceMs ?? ports.clock.nowMs() - LOOK_BACK_MS;
    return { booked: await pollUpdates(ports, account, since) };
  };
}
