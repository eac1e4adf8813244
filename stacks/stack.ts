import {
  type App,
  CfnOutput,
  type IStackSynthesizer,
  Stack,
  type StackSynthesizer,
  Tags,
} from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Arns } from "./access.ts";
import { alarms } from "./alarms.ts";
import { bus, rules } from "./bus.ts";
import type { EntryName } from "./entryPoint.ts";
import { neededEntryPoints } from "./entryPoints.ts";
import {
  afterFailure,
  type Environment,
  fromQueue,
  fromStream,
  lambda,
  openUrl,
} from "./functions.ts";
import { notices, toChat } from "./notices.ts";
import { queues } from "./queues.ts";
import { recurring, timing } from "./schedules.ts";
import { secrets } from "./secrets.ts";
import type { Settings } from "./settings.ts";
import { stream } from "./stream.ts";
import { sweepBucket, sweepMachine } from "./sweep.ts";
import { table } from "./tables.ts";

/**
 * All of a stage as one stack: what its profiles need and nothing else. Small enough to be one
 * template, and so is updated and rolled back as one.
 */
export function bellwetherStack(
  app: App,
  settings: Settings,
  synthesizer: StackSynthesizer | null,
): Stack {
  const { stage, needs, isProduction, sweeps, notify } = settings;
  const stack = new Stack(app, `bellwether-${stage}`, {
    description:
      `Bellwether, stage ${stage}: ${needs.profiles.map(({ name }) => name).join(", ")}`.slice(
        0,
        1000,
      ),
    terminationProtection: isProduction,
    // CDK's own types disagree under exactOptionalPropertyTypes: it is an IStackSynthesizer.
    ...(synthesizer === null ? {} : { synthesizer: synthesizer as IStackSynthesizer }),
  });
  Tags.of(stack).add("bellwether-stage", stage);
  const on = { table: table(stack, settings), bus: bus(stack, settings) };
  const waiting = queues(stack, settings);
  const kept = secrets(stack, settings);
  const times = timing(stack, settings, waiting);
  const bucket = sweeps ? sweepBucket(stack, settings) : null;
  const arns: Arns = {
    table: [on.table.tableArn],
    tableStream: [`${on.table.tableArn}/stream/*`],
    bus: [on.bus.eventBusArn],
    dead: [waiting.dead.queueArn],
    executeQueue: [waiting.execute.queueArn],
    venueSecret: [kept.venue],
    ...(kept.webhooks === null ? {} : { webhookSecret: [kept.webhooks] }),
    ...(kept.notify === null ? {} : { notifySecret: [kept.notify] }),
    onceSchedules: [times.onceArn],
    schedulerRole: [times.role.roleArn],
    ...(bucket === null ? {} : { sweepObjects: [bucket.arnForObjects("*")] }),
  };
  const environment: Environment = {
    STAGE: stage,
    TABLE_NAME: on.table.tableName,
    BUS_NAME: on.bus.eventBusName,
    VENUE_SECRET_ARN: kept.venue,
    ...(kept.webhooks === null ? {} : { WEBHOOK_SECRET_ARN: kept.webhooks }),
    ...(kept.notify === null ? {} : { NOTIFY_SECRET_ARN: kept.notify }),
    SCHEDULE_GROUP: times.group,
    SCHEDULE_TARGET_ARN: times.targetArn,
    SCHEDULE_ROLE_ARN: times.role.roleArn,
    SCHEDULE_DEAD_ARN: waiting.dead.queueArn,
    ...(bucket === null ? {} : { SWEEP_BUCKET: bucket.bucketName }),
  };
  const made = new Map<EntryName, LambdaFunction>();
  for (const { name } of neededEntryPoints(needs, settings)) {
    if (name === "stream") stream(stack, settings, arns, environment);
    else made.set(name, lambda(stack, settings, name, arns, environment));
  }
  const of = (name: EntryName) => known(made, name);
  const targets = { decide: of("decide"), schedule: of("schedule") };
  const following = rules(stack, settings, on.bus, targets, waiting);
  // A signal for a profile that is new must find a rule that knows it, or nobody decides on it.
  made.get("webhook")?.node.addDependency(...following);
  for (const name of ["decide", "schedule", "updates", "reconcile", "notify"] as const) {
    const one = made.get(name);
    if (one !== undefined) afterFailure(stack, one, name, waiting.dead);
  }
  fromStream(stack, on.table, of("publish"), waiting);
  fromQueue(stack, "execute", waiting.execute, of("execute"));
  recurring(stack, settings, times, waiting, (to) => of(to).functionArn);
  if (bucket !== null) {
    const machine = sweepMachine(stack, settings, bucket, of("sweep"));
    new CfnOutput(stack, "SweepBucketName", { value: bucket.bucketName });
    new CfnOutput(stack, "SweepMachineArn", { value: machine.attrArn });
  }
  const topic = alarms(stack, settings, made, waiting);
  notices(stack, settings, on.bus, topic, waiting);
  if (notify) toChat(stack, topic, of("notify"));
  outputs(stack, made, kept.webhooks !== null);
  return stack;
}

function outputs(stack: Stack, made: ReadonlyMap<EntryName, LambdaFunction>, hasWebhook: boolean) {
  if (!hasWebhook) return;
  const url = openUrl(stack, known(made, "webhook"));
  new CfnOutput(stack, "SignalsUrl", {
    value: url.attrFunctionUrl,
    description: "Signals go to <this>signals/<profile>",
  });
}

function known(made: ReadonlyMap<EntryName, LambdaFunction>, name: EntryName): LambdaFunction {
  const found = made.get(name);
  if (found === undefined) throw new Error(`the stack refers to ${name}, which is not deployed`);
  return found;
}
