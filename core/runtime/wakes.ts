import type { EventOf } from "../events/catalogue.ts";
import type { ProfileState } from "../strategy/snapshot.ts";

/** When orders that are worked by children want to be woken: what schedules do once deployed. */
export class Wakes {
  private readonly waiting: EventOf<"execution.scheduled.v1">[] = [];
  /** The earliest of them, UTC ms; infinity when there is none. */
  nextMs = Number.POSITIVE_INFINITY;

  add(event: EventOf<"execution.scheduled.v1">): void {
    this.waiting.push(event);
    this.nextMs = Math.min(this.nextMs, event.data.dueTimeMs);
  }

  /** Takes out those that are due by a time, by time and then as they were asked for. */
  due(nowMs: number): readonly EventOf<"execution.due.v1">[] {
    if (this.nextMs > nowMs) return [];
    const due = this.waiting.filter(({ data }) => data.dueTimeMs <= nowMs);
    const rest = this.waiting.filter(({ data }) => data.dueTimeMs > nowMs);
    this.waiting.splice(0, this.waiting.length, ...rest);
    this.nextMs = Math.min(Number.POSITIVE_INFINITY, ...rest.map(({ data }) => data.dueTimeMs));
    return due.sort((a, b) => a.data.dueTimeMs - b.data.dueTimeMs).map(dueEvent);
  }
}

/** What the worked orders of a snapshot had asked for last, as it was asked. */
export function wakesOf(
  { profile, works }: ProfileState,
  account: string,
): readonly EventOf<"execution.scheduled.v1">[] {
  return Object.entries(works).flatMap(([orderId, { dueMs }]) => {
    if (dueMs === null) return [];
    const id = `${orderId}.scheduled.${dueMs.toString(36)}`;
    const times = { eventTimeMs: dueMs, receivedTimeMs: dueMs, causationId: id };
    const data = { account, profile, orderId, dueTimeMs: dueMs };
    return [{ type: "execution.scheduled.v1" as const, id, ...times, data }];
  });
}

/** The event that a worked order asked for, at its time; the same request gives the same event. */
export function dueEvent({
  id,
  data,
}: EventOf<"execution.scheduled.v1">): EventOf<"execution.due.v1"> {
  const { dueTimeMs, orderId } = data;
  return {
    type: "execution.due.v1",
    id: `${orderId}.due.${dueTimeMs.toString(36)}`,
    eventTimeMs: dueTimeMs,
    receivedTimeMs: dueTimeMs,
    causationId: id,
    data,
  };
}
