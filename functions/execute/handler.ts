import type { Audience } from "../../core/runtime/audience.ts";
import {
  EXECUTE_DEFAULTS,
  type Execution,
  execute,
  isExecution,
  type SendOptions,
} from "../../core/runtime/executeHandler.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { type BatchResponse, messagesOfQueue } from "../lambda/payloads.ts";

interface Batch {
  readonly account: string;
  readonly messages: string[];
  readonly events: Execution[];
}

/**
 * Approved orders, cancels and replacements of a FIFO queue whose message group is the account:
 * one batch an account is under way at a time. Messages of an account that failed come again in
 * their order; what was sent before the failure is known from the book and is not sent twice.
 */
export function executeEntry(
  ports: LivePorts,
  audience: Audience,
  options: SendOptions = EXECUTE_DEFAULTS,
) {
  return async (payload: unknown): Promise<BatchResponse> => {
    const failed: string[] = [];
    for (const { account, messages, events } of batchesOf(payload, audience, failed)) {
      try {
        const comparedWithinMs = audience.comparedWithinMs(account);
        const { shadows } = audience;
        await execute(ports, account, events, { ...options, comparedWithinMs, shadows });
      } catch {
        failed.push(...messages);
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

function batchesOf(payload: unknown, audience: Audience, failed: string[]): readonly Batch[] {
  const batches = new Map<string, Batch>();
  for (const { messageId, event } of messagesOfQueue(payload)) {
    if (event instanceof Error) {
      // It will never be readable: after its attempts it waits in the dead-letter queue.
      failed.push(messageId);
      continue;
    }
    if (!isExecution(event)) continue;
    const account = audience.routeOf(event).execute;
    if (account === null) {
      // Of an account that came with a newer version: that will be handed it, sooner or later.
      failed.push(messageId);
      continue;
    }
    const batch = batches.get(account) ?? { account, messages: [], events: [] };
    batch.messages.push(messageId);
    batch.events.push(event);
    batches.set(account, batch);
  }
  return [...batches.values()];
}
