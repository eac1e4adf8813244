import { createHash } from "node:crypto";
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { iso, SECOND_MS } from "../../core/domain/time.ts";
import type { OnceJob, Scheduler } from "../../core/ports/scheduler.ts";
import { known, passes } from "../aws/errors.ts";
import { PATIENT, type Patience, patiently } from "../aws/patience.ts";

/** The actions that the adapter calls. */
export const SCHEDULER_ACTIONS = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"] as const;

/** Where schedules are kept and what they call. */
export interface SchedulerOptions extends Partial<Patience> {
  readonly client: SchedulerClient;
  readonly group: string;
  /** The schedule function, and the role by which it is called. */
  readonly targetArn: string;
  readonly roleArn: string;
  /** Where a firing goes that its target never took. */
  readonly deadLetterArn?: string;
}

/** A firing that could not be delivered for so long is of no use any more, s. */
const MAX_AGE_S = 900;

/**
 * One-time schedules of EventBridge Scheduler, in UTC, which knows no hour that comes twice; gone
 * once they have fired. They fire within a minute of their time, at least once.
 * @throws TransientError where AWS is unwell, InputError where the group is not there.
 */
export function eventBridgeScheduler(options: SchedulerOptions): Scheduler {
  const { client, group: GroupName } = options;
  const patience: Patience = { ...PATIENT, ...options };
  return {
    once: (job) =>
      unless(ConflictException, "existed", async () => {
        const command = new CreateScheduleCommand(scheduleOf(job, options));
        await patiently(() => client.send(command), passes, patience);
        return "created" as const;
      }),
    remove: (name) =>
      unless(ResourceNotFoundException, undefined, async () => {
        const command = new DeleteScheduleCommand({ Name: nameOf(name), GroupName });
        await patiently(() => client.send(command), passes, patience);
      }),
  };
}

/** Runs; an error of this kind is the other answer. */
async function unless<T, U>(
  kind: new (...args: never[]) => Error,
  other: U,
  run: () => Promise<T>,
): Promise<T | U> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof kind) return other;
    throw known("scheduler", error);
  }
}

function scheduleOf(job: OnceJob, options: SchedulerOptions): CreateScheduleCommandInput {
  const { group, targetArn, roleArn, deadLetterArn } = options;
  // Never early: what is asked for at a moment may not be there before it.
  const atMs = Math.ceil(job.atMs / SECOND_MS) * SECOND_MS;
  return {
    Name: nameOf(job.name),
    GroupName: group,
    ScheduleExpression: `at(${iso(atMs).slice(0, 19)})`,
    ScheduleExpressionTimezone: "UTC",
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: {
      Arn: targetArn,
      RoleArn: roleArn,
      Input: JSON.stringify({ job: job.job, input: job.input }),
      RetryPolicy: { MaximumEventAgeInSeconds: MAX_AGE_S, MaximumRetryAttempts: 5 },
      ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterArn } }),
    },
  };
}

const LONGEST_NAME = 64;
const HASH_LENGTH = 8;

/** Names hold letters, digits, `-`, `_` and `.`; one that must change ends in its own hash. */
function nameOf(name: string): string {
  const plain = name.replace(/[^0-9a-zA-Z._-]/g, "-");
  if (plain === name && name.length <= LONGEST_NAME) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, HASH_LENGTH);
  return `${plain.slice(0, LONGEST_NAME - HASH_LENGTH - 1)}-${hash}`;
}
