import { ConflictError } from "../../core/domain/errors.ts";
import { MINUTE_MS } from "../../core/domain/time.ts";
import type { StreamTask } from "../../core/runtime/streamTask.ts";

/** How often a task is stepped, ms. */
const STEP_MS = 250;

/** How often the lease is looked at beside the steps, ms: one that sends many orders takes long. */
const RENEW_MS = 2_000;

/** Longest pause after trouble, ms: well within the time to live of a lease. */
const LONGEST_PAUSE_MS = 4_000;

/** What is run: a task, and perhaps more beside it. */
export type Runs = Pick<StreamTask, "step" | "stop" | "renew" | "handler">;

/** What a run tells whom. */
export interface RunOptions {
  log(line: string): void;
  /** Once a minute from who leads: how long bars are overdue, ms, 0 where they are not. */
  beat?(staleMs: number): void;
  /** After each step, well or ill. */
  stepped?(): void;
  /** What ends the pause between two steps early. */
  readonly wake?: Waking;
}

/** A pause that news ends. */
export class Waking {
  private end: () => void = () => {};
  private isAwake = false;

  /** Ends the pause, or spares the next. */
  now(): void {
    this.isAwake = true;
    this.end();
  }

  /** Waits so long, or until something is new; what came in one go is waited for together. */
  async pause(delayMs: number, stopped: AbortSignal): Promise<void> {
    if (!this.isAwake && !stopped.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, delayMs);
        this.end = () => {
          clearTimeout(timer);
          resolve();
        };
        stopped.addEventListener("abort", this.end, { once: true });
      });
      stopped.removeEventListener("abort", this.end);
    }
    if (this.isAwake) await new Promise((resolve) => setImmediate(resolve));
    this.isAwake = false;
  }
}

/**
 * Steps a task until it is told to stop, then drains it; trouble that passes is tried again.
 * Answers whether it ended because another task leads: its process is to end, with what it holds.
 */
export async function runTask(
  task: Runs,
  options: RunOptions,
  stopped: AbortSignal,
): Promise<"stopped" | "lost"> {
  // What goes wrong here goes wrong in the next step too, which says so.
  const renewing = setInterval(() => void task.renew().catch(() => {}), RENEW_MS);
  try {
    return await steps(task, options, stopped);
  } finally {
    clearInterval(renewing);
  }
}

async function steps(
  task: Runs,
  { log, beat, stepped, wake = new Waking() }: RunOptions,
  stopped: AbortSignal,
): Promise<"stopped" | "lost"> {
  let beatMs = 0;
  let said = "";
  for (let failures = 0; !stopped.aborted; ) {
    try {
      const standing = await task.step();
      failures = 0;
      if (standing === "lost") return "lost";
      const says = standing === "stands-by" ? "stands by" : "leads";
      if (says !== said) log(says);
      said = says;
      if (task.handler !== null && Date.now() - beatMs >= MINUTE_MS) {
        beatMs = Date.now();
        beat?.(task.handler.staleMs);
      }
    } catch (error) {
      failures += 1;
      // A write that was refused may mean that another leads: the next step says so.
      if (!(error instanceof ConflictError)) log(`trouble: ${textOf(error)}`);
    }
    stepped?.();
    await wake.pause(Math.min(STEP_MS * 2 ** failures, LONGEST_PAUSE_MS), stopped);
  }
  await task.stop();
  return "stopped";
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
