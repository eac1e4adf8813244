import { Duration, RemovalPolicy, type Stack } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import {
  Architecture,
  CfnEventInvokeConfig,
  CfnEventSourceMapping,
  CfnPermission,
  CfnUrl,
  Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { type Arns, roleOf } from "./access.ts";
import { bundleOf } from "./bundler.ts";
import type { EntryName, EntryPoint, EnvName } from "./entryPoint.ts";
import { entryPoint } from "./entryPoints.ts";
import type { Queues } from "./queues.ts";
import type { Settings } from "./settings.ts";

/** Name of a function: fixed, so that schedules can name it before it is there. */
export function functionName(stage: string, name: EntryName): string {
  return `bellwether-${stage}-${name}`;
}

/** Values of variables that a stage has. */
export type Environment = Readonly<Partial<Record<EnvName, string>>>;

/** The variables that an entry point is started with. @throws Error for one without a value. */
export function environmentOf(entry: EntryPoint, all: Environment): Record<string, string> {
  return Object.fromEntries(
    entry.env.map((name) => {
      const value = all[name];
      if (value === undefined) throw new Error(`${entry.name} needs ${name}, which has no value`);
      return [name, value];
    }),
  );
}

/** Makes a function from its row of the table. */
export function lambda(
  stack: Stack,
  settings: Settings,
  name: EntryName,
  arns: Arns,
  all: Environment,
): LambdaFunction {
  const { stage, isProduction, needs, reservesConcurrency } = settings;
  const entry = entryPoint(name);
  const functionOf = functionName(stage, name);
  const log = new LogGroup(stack, `Log-${name}`, {
    logGroupName: `/aws/lambda/${functionOf}`,
    // The journal is the audit trail; logs are for looking at what went wrong last week.
    retention: isProduction ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const ownLog = [`${log.logGroupArn}:*`];
  const role = roleOf(stack, entry, "lambda.amazonaws.com", { ...arns, ownLog, traces: ["*"] });
  const bundle = bundleOf(settings.bundles, name);
  const reserved =
    entry.reserved.is === "accounts" ? needs.accounts.length : (entry.reserved.is ?? null);
  const made = new LambdaFunction(stack, `Function-${name}`, {
    functionName: functionOf,
    description: entry.does,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: "index.handler",
    code: Code.fromAsset(bundle.folder),
    role: role.withoutPolicyUpdates(),
    memorySize: entry.memoryMb.is,
    timeout: Duration.seconds(entry.timeoutS.is),
    logGroup: log,
    tracing: Tracing.ACTIVE,
    environment: { ...environmentOf(entry, all), POWERTOOLS_SERVICE_NAME: name },
    ...(reserved !== null && reservesConcurrency
      ? { reservedConcurrentExecutions: Math.max(reserved, 1) }
      : {}),
  });
  // Without its policy a function would start and fail at its first call.
  made.node.addDependency(stack.node.findChild(`May-${name}`));
  return made;
}

/** What is left of an event that a function failed at three times goes to the dead letters. */
export function afterFailure(stack: Stack, made: LambdaFunction, name: EntryName, dead: Queue) {
  new CfnEventInvokeConfig(stack, `Retry-${name}`, {
    functionName: made.functionName,
    qualifier: "$LATEST",
    maximumEventAgeInSeconds: 3600,
    maximumRetryAttempts: 2,
    destinationConfig: { onFailure: { destination: dead.queueArn } },
  });
}

/** The table's stream into `publish`: in order a partition, split on errors, tried for hours. */
export function fromStream(stack: Stack, from: TableV2, publish: LambdaFunction, { dead }: Queues) {
  new CfnEventSourceMapping(stack, "Outbox", {
    functionName: publish.functionName,
    ...(from.tableStreamArn === undefined ? {} : { eventSourceArn: from.tableStreamArn }),
    startingPosition: "TRIM_HORIZON",
    batchSize: 100,
    bisectBatchOnFunctionError: true,
    functionResponseTypes: ["ReportBatchItemFailures"],
    maximumRetryAttempts: 100,
    maximumRecordAgeInSeconds: 21_600,
    parallelizationFactor: 2,
    destinationConfig: { onFailure: { destination: dead.queueArn } },
    // Only items of the journal hold events; snapshots, books and the rest cost no invocation.
    filterCriteria: { filters: [{ pattern: JSON.stringify(JOURNAL) }] },
  });
}

/** New items whose partition is a day of the journal, as functions/dynamo/keys.ts names them. */
const JOURNAL = {
  eventName: ["INSERT"],
  dynamodb: { Keys: { PK: { S: [{ prefix: "DAY#" }] } } },
};

/** A queue into its function, with answers a message. */
export function fromQueue(stack: Stack, name: EntryName, queue: Queue, to: LambdaFunction) {
  new CfnEventSourceMapping(stack, `Queue-${name}`, {
    functionName: to.functionName,
    eventSourceArn: queue.queueArn,
    batchSize: 10,
    functionResponseTypes: ["ReportBatchItemFailures"],
  });
}

/**
 * The webhook's own address. It has no sign-in of AWS, as those who send signals have none: the
 * function checks a secret of the profile before all else.
 */
export function openUrl(stack: Stack, webhook: LambdaFunction): CfnUrl {
  const url = new CfnUrl(stack, "WebhookUrl", {
    authType: "NONE",
    targetFunctionArn: webhook.functionArn,
    invokeMode: "BUFFERED",
  });
  new CfnPermission(stack, "MayCallUrl", {
    action: "lambda:InvokeFunctionUrl",
    functionName: webhook.functionName,
    principal: "*",
    functionUrlAuthType: "NONE",
  });
  new CfnPermission(stack, "MayCallByUrl", {
    action: "lambda:InvokeFunction",
    functionName: webhook.functionName,
    principal: "*",
    invokedViaFunctionUrl: true,
  });
  return url;
}
