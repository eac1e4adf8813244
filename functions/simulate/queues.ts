import { ConflictError, TransientError } from "../../core/domain/errors.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import type { Dice } from "./dice.ts";
import type { Job } from "./job.ts";
import { Unreadable } from "./rollout.ts";
import type { VirtualTime } from "./virtualTime.ts";

/** What a queue holds until somebody has worked it off. */
export interface Message {
  readonly name: string;
  readonly run: (ports: LivePorts, job: Job) => Promise<unknown>;
}

/** Who starts processes, and what they are given. */
export interface Processes {
  start(name: string): Job;
  portsOf(job: Job): LivePorts;
}

const RETRY_MS = 2_000;
const CRASHED_MS = 30_000;

/** Queues and whoever works them off: what fails or crashes comes again, as on AWS. */
export class Queues {
  /** Messages that are not worked off yet. */
  readonly outstanding = new Set<Message>();
  private restUntilMs = 0;
  private readonly groups = new Map<string, Message[]>();
  private readonly time: VirtualTime;
  private readonly dice: Dice;
  private readonly processes: Processes;
  private readonly broken: (promise: string, text: string) => void;

  constructor(
    time: VirtualTime,
    dice: Dice,
    processes: Processes,
    broken: (promise: string, text: string) => void,
  ) {
    this.time = time;
    this.dice = dice;
    this.processes = processes;
    this.broken = broken;
  }

  /** A message without a group is worked off at any time; those of a group one after the other. */
  send(group: string | null, name: string, run: Message["run"], delayMs = 0): void {
    const message: Message = { name, run };
    this.outstanding.add(message);
    if (group === null) {
      void this.workOff(message, delayMs);
      return;
    }
    const line = this.groups.get(group) ?? [];
    this.groups.set(group, line);
    line.push(message);
    if (line.length === 1) void this.workLine(line);
  }

  private async workLine(line: Message[]): Promise<void> {
    for (let next = line[0]; next !== undefined; next = line[0]) {
      await this.workOff(next, 0);
      line.shift();
    }
  }

  /** Runs a message until it came to its end: what fails or crashes comes again. */
  private async workOff(message: Message, delayMs: number): Promise<void> {
    const { name, run } = message;
    await this.time.turn(delayMs + this.dice.between(1, 60));
    for (;;) {
      const ended = await this.runJob(name, run);
      if (ended === "done") break;
      await this.time.turn(ended === "failed" ? RETRY_MS : CRASHED_MS);
    }
    this.outstanding.delete(message);
  }

  /** Runs a job once: it ends, fails, crashes, or takes so long that nobody waits for it. */
  async runJob(name: string, run: Message["run"]): Promise<"done" | "failed" | "crashed" | "late"> {
    const job = this.processes.start(name);
    const done = run(this.processes.portsOf(job), job).then(
      () => "done" as const,
      (error: unknown) => this.failed(name, error),
    );
    return Promise.race([done, job.lost]);
  }

  private failed(name: string, error: unknown): "failed" | "done" {
    if (error instanceof TransientError || error instanceof ConflictError) return "failed";
    if (error instanceof Unreadable) return "failed";
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.broken("nothing fails for good", `${name}: ${text}`);
    return "done";
  }

  /** Lets jobs that come again and again rest until a time. */
  pauseUntil(timeMs: number): void {
    this.restUntilMs = timeMs;
  }

  /** Runs a job again and again. */
  async everySo(ms: number, name: string, run: Message["run"]): Promise<void> {
    for (;;) {
      await this.time.turn(ms + this.dice.between(0, 50));
      const restMs = this.restUntilMs - this.time.nowMs;
      if (restMs > 0) await this.time.turn(restMs);
      await this.runJob(name, run);
    }
  }
}
