import { describe, expect, test } from "vitest";
import type { OnceJob } from "../../core/ports/scheduler.ts";
import { letWake, planWake } from "../../core/runtime/wakes.ts";
import { scripted, twap } from "../runtime/scripted.ts";
import { deskOf } from "./desk.ts";

async function deployed() {
  const desk = await deskOf(scripted({}, twap), "1m");
  const jobs: OnceJob[] = [];
  const scheduler = {
    async once(job: OnceJob) {
      if (jobs.some(({ name }) => name === job.name)) return "existed" as const;
      jobs.push(job);
      return "created" as const;
    },
    remove: async () => {},
  };
  const ports = { ...desk.ports, scheduler };
  const wake = (dueTimeMs: number) => {
    return { account: desk.name, profile: desk.name, orderId: "o1", dueTimeMs };
  };
  const told = () => desk.store.entries.filter(({ event }) => event.type === "execution.due.v1");
  return { ports, jobs, wake, told, nowMs: desk.time.nowMs };
}

describe("a worked order that wants to be woken", () => {
  test("is planned as a job that knows all of it, once however often it is asked", async () => {
    const { ports, jobs, wake, told, nowMs } = await deployed();
    const later = wake(nowMs + 60_000);
    expect([await planWake(ports, later), await planWake(ports, later)]).toEqual([true, false]);
    expect(jobs).toMatchObject([{ job: "wake", atMs: nowMs + 60_000, input: later }]);
    expect(told()).toEqual([]);
  });

  test("is woken at once where its time has come, and once however often that is", async () => {
    const { ports, jobs, wake, told, nowMs } = await deployed();
    const due = wake(nowMs);
    expect([await planWake(ports, due), await letWake(ports, due)]).toEqual([true, false]);
    expect(jobs).toEqual([]);
    expect(told()).toMatchObject([{ event: { data: due } }]);
  });
});
