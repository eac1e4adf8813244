import { Arn, ArnFormat, type Stack } from "aws-cdk-lib";
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { InputError } from "../core/domain/errors.ts";
import type { Timeframe } from "../core/domain/timeframe.ts";
import type { Needs } from "../functions/deploy/needs.ts";
import type { EntryName } from "./entryPoints.ts";
import { functionName } from "./functions.ts";
import type { Queues } from "./queues.ts";
import type { Settings } from "./settings.ts";

/** New York's clock decides when its exchanges open, daylight saving included. */
const ZONE = "America/New_York";

/** A recurring job: when, in which zone, and what the function is told. */
export interface Recurring {
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly to: Extract<EntryName, "schedule" | "updates" | "reconcile">;
  readonly input: Readonly<Record<string, unknown>>;
  readonly because: string;
}

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

/** Every recurring job of a stage. Holidays are known to the jobs, not to these rules. */
export function recurringOf(needs: Needs): readonly Recurring[] {
  const plan: Recurring = {
    name: "plan",
    cron: "cron(0 2 * * ? *)",
    zone: ZONE,
    to: "schedule",
    input: { job: "plan" },
    because: "before any session: plans the day's one-time jobs",
  };
  const hours = needs.hours === "always" ? "* * * ? *" : "9-16 ? * MON-FRI *";
  const each = (to: "updates" | "reconcile", minutes: string, because: string) =>
    needs.accounts.map(
      (account): Recurring => ({
        name: `${to}-${account}`.slice(0, 64),
        cron: `cron(${minutes} ${hours})`,
        zone: ZONE,
        to,
        input: { account },
        because,
      }),
    );
  return [
    plan,
    ...(needs.polled === null ? [] : [polling(needs.polled, hours)]),
    ...(needs.streams ? [] : each("updates", "*", "asks after open orders, if there are any")),
    ...each("reconcile", "0/5", "books what was missed, and tells of what differs"),
  ];
}

/**
 * Minutes at which bars of a time frame are asked for: at each close and twice more, as the venue
 * may be late with one. Bars that came before are not told again.
 */
const CLOSES: Readonly<Record<Timeframe, string | null>> = {
  "1s": null,
  "1m": "*",
  "5m": "*",
  "15m": "0-2,15-17,30-32,45-47",
  "30m": "0-2,30-32",
  "1h": "0-2,30-32",
  "4h": "0-2,30-32",
  "1d": "0-2",
  "1w": "0-2",
  "1mo": "0-2",
};

function polling(timeframe: Timeframe, hours: string): Recurring {
  const minutes = CLOSES[timeframe];
  if (minutes === null) {
    throw new InputError(
      `bars: expected 1m or longer where they are polled, got ${timeframe}: write deploy: { bars: "stream" }`,
    );
  }
  return {
    name: "bars",
    cron: `cron(${minutes} ${hours})`,
    zone: ZONE,
    to: "schedule",
    input: { job: "bars" },
    because: `asks for the ${timeframe} bars that just closed`,
  };
}
