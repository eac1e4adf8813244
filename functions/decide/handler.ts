import type { Audience } from "../../core/runtime/audience.ts";
import { handleTriggerAgain } from "../../core/runtime/decideHandler.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { standingsOf } from "../../core/runtime/shadowHandler.ts";
import { unhandled } from "../../core/runtime/unhandled.ts";
import { isTrigger, type Trigger } from "../../core/strategy/decide.ts";
import { logger } from "../lambda/observe.ts";
import { eventOfBus } from "../lambda/payloads.ts";

/**
 * Bars, signals, schedules and fills from the bus: each profile that follows the event decides on
 * it, in one transaction a profile. A profile that fails does not keep the others from deciding;
 * the event comes again for it, and those that decided know it as a repeat. One that cannot decide,
 * as its snapshot is not readable say, is halted and a person told; its event ends in the queue of
 * what failed for good, from where it can be sent again once the snapshot was restored.
 */
export function decideEntry(ports: LivePorts, audience: Audience) {
  return async (payload: unknown): Promise<void> => {
    const event = eventOfBus(payload);
    if (!isTrigger(event)) return;
    audience.expectProfile(event);
    const failures: unknown[] = [];
    const { decide, shadows } = audience.routeOf(event);
    const before = await standingsOf(ports, shadows);
    for (const profile of decide) {
      try {
        await handleTriggerAgain(ports, profile, event, false, before.get(profile));
      } catch (error) {
        failures.push(await afterFailure(ports, profile, event, error));
      }
    }
    if (failures.length > 0) throw failures[0];
  };
}

/** The first error again, whatever telling of it met: that is what the event comes again for. */
async function afterFailure(ports: LivePorts, profile: string, event: Trigger, error: unknown) {
  try {
    await unhandled(ports, event, profile, error);
  } catch (told) {
    if (told !== error) logger.error("not halted", told instanceof Error ? told : String(told));
  }
  return error;
}
