import * as z from "zod";
import type { OnceJob, Scheduler } from "../../core/ports/scheduler.ts";
import type { Tables } from "./files.ts";

const kept = z.object({
  name: z.string(),
  atMs: z.number(),
  job: z.string(),
  input: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/**
 * One-time jobs beside the books. Nothing fires by itself: whoever runs the clock asks what is
 * {@link LocalSchedule.due}, runs it and removes it, so that a crash in between runs it again.
 */
export class LocalSchedule implements Scheduler {
  private readonly tables: Tables;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  async once(job: OnceJob): Promise<"created" | "existed"> {
    const { root, jobs } = this.tables;
    return root.transactionSync(() => {
      if (jobs.get(job.name) !== undefined) return "existed";
      jobs.putSync(job.name, JSON.stringify(job));
      return "created";
    });
  }

  async remove(name: string): Promise<void> {
    this.tables.jobs.removeSync(name);
  }

  /** Every job up to this time (UTC ms), the oldest first. */
  due(nowMs: number): readonly OnceJob[] {
    return [...this.tables.jobs.getRange({})]
      .map(({ value }) => kept.parse(JSON.parse(value)))
      .filter(({ atMs }) => atMs <= nowMs)
      .sort((a, b) => a.atMs - b.atMs || (a.name < b.name ? -1 : 1));
  }
}
