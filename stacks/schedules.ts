import { Arn, ArnFormat, type Stack } from "aws-cdk-lib";
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { InputError } from "../core/domain/errors.ts";
import type { Timeframe } from "../core/domain/timeframe.ts";
import type { Needs, PolledBars } from "../functions/deploy/needs.ts";
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
  readonly to: Extract<EntryName, "schedule" | "reconcile">;
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
export function timing(stack: Stack, { stage }: Settings, { dead }: Queues): Timing {
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
      allow("lambda:InvokeFunction", [functionArn("schedule"), functionArn("reconcile")]),
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

/** Every recurring job of a stage. Holidays are known to the jobs, not to these rules. */
export function recurringOf(needs: Needs): readonly Recurring[] {
  const job = (
    name: string,
    cron: string,
    because: string,
    input: Readonly<Record<string, unknown>> = {},
    zone: string = ZONE,
  ): Recurring => ({ name, cron, zone, to: "schedule", input: { job: name, input }, because });
  return [
    job("plan", "cron(0 2 * * ? *)", "before any session: plans the day's one-time jobs"),
    job("report", "cron(30 18 ? * MON-FRI *)", "after the close: what the day came to"),
    job("parity", "cron(0 19 ? * MON-FRI *)", "after the report: replays the day and compares"),
    ...needs.polled.map((bars) => polling(bars)),
    ...needs.accounts.map((account): Recurring => {
      const cron = needs.streamHours === "always" ? "cron(0/5 * * * ? *)" : SESSION_EACH_5;
      return {
        name: `reconcile-${account}`.slice(0, 64),
        cron,
        zone: ZONE,
        to: "reconcile",
        input: { job: "reconcile", input: { account } },
        because: "books what was missed, and tells of what differs",
      };
    }),
  ];
}

const SESSION_EACH_5 = "cron(0/5 9-16 ? * MON-FRI *)";

/** Minutes and hours at which bars of a time frame close; the job knows which of them count. */
const CLOSES: Readonly<Record<Timeframe, readonly [string, string] | null>> = {
  "1s": null,
  "1m": ["*", "9-16"],
  "5m": ["0/5", "9-16"],
  "15m": ["0/15", "9-16"],
  "30m": ["0/30", "9-16"],
  "1h": ["0/30", "9-16"],
  "4h": ["0/30", "9-16"],
  // A few minutes after the close the venue has the day's bar; on half days it has it earlier.
  "1d": ["5", "13,16"],
  "1w": ["5", "13,16"],
  "1mo": ["5", "13,16"],
};

function polling({ timeframe, calendar }: PolledBars): Recurring {
  const closes = CLOSES[timeframe];
  if (closes === null) {
    throw new InputError(
      `bars: expected 1m or longer where they are polled, got ${timeframe}: write deploy: { bars: "stream" }`,
    );
  }
  const isOpenAlways = calendar === "always-open";
  const [minutes, hours] = closes;
  const daily = timeframe === "1d" || timeframe === "1w" || timeframe === "1mo";
  const cron = isOpenAlways
    ? `cron(${minutes} ${daily ? "0" : "*"} * * ? *)`
    : `cron(${minutes} ${hours} ? * MON-FRI *)`;
  return {
    name: `bars-${calendar}`,
    cron,
    zone: isOpenAlways ? "UTC" : ZONE,
    to: "schedule",
    input: { job: "bars", input: { timeframe, calendar } },
    because: `asks for the ${timeframe} bars that just closed`,
  };
}
