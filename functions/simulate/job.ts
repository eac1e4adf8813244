import type { Lease } from "../../core/ports/lease.ts";
import type { Version } from "./rollout.ts";

/** One run of one process: what a crash ends, and what a platform gives up waiting for. */
export class Job {
  readonly name: string;
  readonly startedMs: number;
  /** Which version of the code it runs, and how far its clock is off, ms. */
  readonly version: Version;
  readonly skewMs: number;
  /** Under which lease it writes, if under any. */
  lease: Lease | null = null;
  /** How it ended without ending by itself: its process died, or took too long. */
  readonly lost: Promise<"crashed" | "late">;
  private lose: (how: "crashed" | "late") => void = () => {};

  constructor(name: string, startedMs: number, version: Version, skewMs: number) {
    this.name = name;
    this.startedMs = startedMs;
    this.version = version;
    this.skewMs = skewMs;
    this.lost = new Promise((resolve) => {
      this.lose = resolve;
    });
  }

  /** The process dies here: what it waits for never comes. */
  crash(): Promise<never> {
    this.lose("crashed");
    return new Promise(() => {});
  }

  /** Who called it waits no longer and calls anew; the process itself goes on. */
  giveUp(): void {
    this.lose("late");
  }
}
