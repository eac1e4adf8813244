/** A job that is to run once. */
export interface OnceJob {
  /** Derived from what it is for, so that planning twice plans it once. At most 64 characters. */
  readonly name: string;
  /** UTC ms; whole minutes where the scheduler knows no finer ones. */
  readonly atMs: number;
  /** Name of the job and its plain-JSON input: what the schedule entry point receives. */
  readonly job: string;
  readonly input: Readonly<Record<string, string | number | boolean | null>>;
}

/** Fires jobs at their time: at least once, and perhaps late. */
export interface Scheduler {
  /** Answers `existed` where a schedule of that name is there already; it is left as it was. */
  once(job: OnceJob): Promise<"created" | "existed">;
  /** Taking away what is not there is fine. */
  remove(name: string): Promise<void>;
}
