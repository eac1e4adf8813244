import type { EventOf } from "../events/catalogue.ts";
import type { ProfileState } from "../strategy/snapshot.ts";
import { ingest } from "./ingest.ts";
import type { LivePorts } from "./livePorts.ts";

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
    return dueMs === null ? [] : [askedFor({ account, profile, orderId, dueTimeMs: dueMs })];
  });
}

/** When a worked order wants to be woken. */
export type Wake = EventOf<"execution.scheduled.v1">["data"];

/** Plans a wake as a job; one that is due by now is let happen at once. Twice is once. */
export async function planWake(ports: LivePorts, wake: Wake): Promise<boolean> {
  const { orderId, dueTimeMs } = wake;
  if (dueTimeMs <= ports.clock.nowMs()) return letWake(ports, wake);
  const name = `wake.${orderId}.${dueTimeMs.toString(36)}`;
  const input = { ...wake };
  const planned = await ports.scheduler.once({ name, atMs: dueTimeMs, job: "wake", input });
  return planned === "created";
}

/** Wakes a worked order: a firing that comes late, or twice, is the same event. */
export async function letWake(ports: LivePorts, wake: Wake): Promise<boolean> {
  const receivedTimeMs = ports.clock.nowMs();
  const told = await ingest(ports.store, { ...dueEvent(askedFor(wake)), receivedTimeMs });
  return told === "taken";
}

function askedFor(data: Wake): EventOf<"execution.scheduled.v1"> {
  const { orderId, dueTimeMs } = data;
  const id = `${orderId}.scheduled.${dueTimeMs.toString(36)}`;
  const times = { eventTimeMs: dueTimeMs, receivedTimeMs: dueTimeMs, causationId: id };
  return { type: "execution.scheduled.v1", id, ...times, data };
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
