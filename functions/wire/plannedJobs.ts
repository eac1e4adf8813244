import type { OnceJob, Scheduler } from "../../core/ports/scheduler.ts";

/** One-time schedules as AWS keeps them, of one kind of job: the timetable knows all the others. */
export class PlannedJobs implements Scheduler {
  private readonly kind: string;
  private readonly jobs = new Map<string, OnceJob>();

  constructor(kind: string) {
    this.kind = kind;
  }

  async once(job: OnceJob): Promise<"created" | "existed"> {
    if (job.job !== this.kind || this.jobs.has(job.name)) return "existed";
    this.jobs.set(job.name, job);
    return "created";
  }

  async remove(name: string): Promise<void> {
    this.jobs.delete(name);
  }

  /** The earliest of them, UTC ms; infinity when there is none. */
  get nextMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.jobs.values()].map(({ atMs }) => atMs));
  }

  /** Takes out those that are due, by time and then as they were planned. */
  due(nowMs: number): readonly OnceJob[] {
    const due = [...this.jobs.values()].filter(({ atMs }) => atMs <= nowMs);
    for (const { name } of due) this.jobs.delete(name);
    return due.sort((a, b) => a.atMs - b.atMs);
  }
}
