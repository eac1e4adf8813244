import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { iso } from "../../core/domain/time.ts";
import type { OnceJob, Scheduler } from "../../core/ports/scheduler.ts";

/** The actions that the adapter calls. */
export const SCHEDULER_ACTIONS = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"] as const;

/** Where schedules are kept and what they call. */
export interface SchedulerOptions {
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

/** One-time schedules of EventBridge Scheduler: gone once they have fired. */
export function eventBridgeScheduler(options: SchedulerOptions): Scheduler {
  const { client, group, targetArn, roleArn, deadLetterArn } = options;
  return {
    async once(job: OnceJob) {
      const command = new CreateScheduleCommand({
        Name: nameOf(job.name),
        GroupName: group,
        ScheduleExpression: `at(${iso(job.atMs).slice(0, 19)})`,
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
      });
      try {
        await client.send(command);
        return "created";
      } catch (error) {
        if (error instanceof ConflictException) return "existed";
        throw error;
      }
    },
    async remove(name) {
      try {
        await client.send(new DeleteScheduleCommand({ Name: nameOf(name), GroupName: group }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}

/** Names hold letters, digits, `-`, `_` and `.`; ours hold nothing else but a slash of crypto. */
function nameOf(name: string): string {
  return name.replace(/[^0-9a-zA-Z._-]/g, "-").slice(0, 64);
}
