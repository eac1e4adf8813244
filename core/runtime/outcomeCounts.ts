import type { DomainEvent } from "../events/catalogue.ts";

/** The reason code of an event that ends a trigger for a profile; null for any other event. */
export function outcomeOf(event: DomainEvent): string | null {
  switch (event.type) {
    case "decision.made.v1":
      return event.data.outcome;
    case "order.approved.v1":
      return "order";
    case "order.denied.v1":
      return `denied: ${event.data.limit}`;
    case "signal.missed.v1":
      return `missed: ${event.data.code}`;
    case "order.rejected.v1":
      return `rejected: ${event.data.reason}`;
    default:
      return null;
  }
}

/** Why a profile did things or not, counted: one entry a reason code. */
export function countOutcomes(
  events: readonly DomainEvent[],
  profile: string,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    if (!("profile" in event.data) || event.data.profile !== profile) continue;
    const outcome = outcomeOf(event);
    if (outcome !== null) counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}
