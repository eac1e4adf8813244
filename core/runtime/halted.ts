import type { DomainEvent } from "../events/catalogue.ts";
import type { Trigger } from "../strategy/decide.ts";

/** Why a decision that threw stops its profile. */
export function haltReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** That a profile was stopped, by what it threw on a trigger. */
export function haltedEvent(profile: string, cause: Trigger, error: unknown): DomainEvent {
  const id = `${profile}.halted.${cause.id}`;
  const { eventTimeMs, receivedTimeMs, id: causationId } = cause;
  const times = { eventTimeMs, receivedTimeMs, causationId };
  const data = { profile, reason: haltReason(error) };
  return { type: "profile.halted.v1", id, ...times, data };
}
