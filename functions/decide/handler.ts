import type { Audience } from "../../core/runtime/audience.ts";
import { handleTriggerAgain } from "../../core/runtime/decideHandler.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { isTrigger } from "../../core/strategy/decide.ts";
import { eventOfBus } from "../lambda/payloads.ts";

/**
 * Bars, signals, schedules and fills from the bus: each profile that follows the event decides on
 * it, in one transaction a profile. A profile that fails does not keep the others from deciding;
 * the event comes again for it, and those that decided know it as a repeat.
 */
export function decideEntry(ports: LivePorts, audience: Audience) {
  return async (payload: unknown): Promise<void> => {
    const event = eventOfBus(payload);
    if (!isTrigger(event)) return;
    audience.expectProfile(event);
    const failures: unknown[] = [];
    for (const profile of audience.routeOf(event).decide) {
      try {
        await handleTriggerAgain(ports, profile, event);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
}
