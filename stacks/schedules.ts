import { Arn, ArnFormat, type Stack } from "aws-cdk-lib";
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import type { Needs } from "../functions/deploy/needs.ts";
import { type Recurring, recurringOf } from "../functions/deploy/recurring.ts";
import type { EntryName } from "./entryPoint.ts";
import { functionName } from "./functions.ts";
import type { Queues } from "./queues.ts";
import type { Settings } from "./settings.ts";

/** What the function of jobs needs to plan one-time schedules. */
export interface Timing {
  readonly group: string;
  readonly role: Role;
  readonly targetArn: string;
  /** Every schedule of the group. */
  readonly onceArn: string;
}

/** The group that holds all schedules of a stage, and the role under which they fire. */
export function timing(stack: Stack, { stage, needs }: Settings, { dead }: Queues): Timing {
  const group = `bellwether-${stage}`;
  new CfnScheduleGroup(stack, "Schedules", { name: group });
  const functionArn = (name: EntryName) =>
    stack.formatArn({
      service: "lambda",
      resource: "function",
      resourceName: functionName(stage, name),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const role = new Role(stack, "Role-scheduler", {
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
    description: "calls the functions of scheduled jobs",
  });
  const allow = (action: string, resources: string[]) =>
    new PolicyStatement({ effect: Effect.ALLOW, actions: [action], resources });
  new Policy(stack, "May-scheduler", {
    policyName: "scheduler",
    roles: [role],
    statements: [
      allow("lambda:InvokeFunction", targetsOf(needs).map(functionArn)),
      allow("sqs:SendMessage", [dead.queueArn]),
    ],
  });
  const onceArn = Arn.format(
    { service: "scheduler", resource: "schedule", resourceName: `${group}/*` },
    stack,
  );
  return { group, role, targetArn: functionArn("schedule"), onceArn };
}

/** Makes the recurring schedules; the one-time ones are planned each night by the job `plan`. */
export function recurring(
  stack: Stack,
  { needs }: Settings,
  { group, role }: Timing,
  { dead }: Queues,
  arnOf: (to: Recurring["to"]) => string,
): void {
  for (const { name, cron, zone, to, input, because } of recurringOf(needs)) {
    const made = new CfnSchedule(stack, `Schedule-${name}`, {
      name,
      groupName: group,
      description: because,
      scheduleExpression: cron,
      scheduleExpressionTimezone: zone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: arnOf(to),
        roleArn: role.roleArn,
        input: JSON.stringify(input),
        // A job that is an hour late is another trade than the one that was tested.
        retryPolicy: { maximumEventAgeInSeconds: 900, maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: dead.queueArn },
      },
    });
    made.node.addDependency(
      stack.node.findChild("Schedules"),
      stack.node.findChild("May-scheduler"),
    );
  }
}

/** What schedules call: no role may invoke more. */
function targetsOf(needs: Needs): readonly EntryName[] {
  return [...new Set(recurringOf(needs).map(({ to }) => to))];
}
