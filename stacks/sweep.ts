import { ArnFormat, RemovalPolicy, type Stack, Validations } from "aws-cdk-lib";
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { CfnStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { acknowledgeStars } from "./acknowledge.ts";
import type { Settings } from "./settings.ts";

/** Replays at once: the account's limit is 1000 by default, and trading needs its share. */
const AT_ONCE = 200;

/** Sets that a function replays in one call: each call reads the recordings once. */
const SETS_A_CALL = 20;

/** The bucket of sweeps: parameter sets and recordings in, Parquet out. */
export function sweepBucket(stack: Stack, { isProduction }: Settings): Bucket {
  const bucket = new Bucket(stack, "SweepBucket", {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    // A bucket with objects cannot be deleted; results that cost hours are kept rather than lost.
    removalPolicy: isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  Validations.of(bucket).acknowledge({
    id: "AwsSolutions-S1",
    reason: "parameter sets and results of research: who read them is of no concern",
  });
  return bucket;
}

/**
 * A state machine that replays each line of `sweeps/<name>/parameters.jsonl` of the bucket, many at
 * once, by the same handler as on one machine; results are Parquet in `sweeps/<name>/results`.
 * Started with `{ "name": "<name>" }` once `bellwether sweep --bucket` has put a sweep there.
 */
export function sweepMachine(
  stack: Stack,
  settings: Settings,
  bucket: Bucket,
  replay: IFunction,
): CfnStateMachine {
  const name = `bellwether-${settings.stage}-sweep`;
  const log = new LogGroup(stack, "Log-sweep-machine", {
    logGroupName: `/aws/vendedlogs/states/${name}`,
    retention: RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = machineRole(stack, name, bucket, replay);
  const machine = new CfnStateMachine(stack, "SweepMachine", {
    stateMachineName: name,
    roleArn: role.roleArn,
    definitionString: stack.toJsonString(definition(bucket.bucketName, replay.functionArn)),
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: `${log.logGroupArn}:*` } }],
    },
    tracingConfiguration: { enabled: true },
  });
  machine.node.addDependency(stack.node.findChild("May-sweep-machine"));
  return machine;
}

function definition(bucket: string, replay: string) {
  const key = "States.Format('sweeps/{}/parameters.jsonl', $.name)";
  return {
    Comment: "One replay a line of parameters.jsonl",
    StartAt: "Sweep",
    States: {
      Sweep: {
        Type: "Map",
        End: true,
        MaxConcurrency: AT_ONCE,
        // Some sets of parameters are refused: a sweep is worth reading without them.
        ToleratedFailurePercentage: 10,
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "JSONL" },
          Parameters: { Bucket: bucket, "Key.$": key },
        },
        ItemSelector: { "index.$": "$$.Map.Item.Index", "set.$": "$$.Map.Item.Value" },
        ItemBatcher: { MaxItemsPerBatch: SETS_A_CALL, BatchInput: { "sweep.$": "$.name" } },
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "Replay",
          States: {
            Replay: {
              Type: "Task",
              Resource: "arn:aws:states:::lambda:invoke",
              Parameters: { FunctionName: replay, "Payload.$": "$" },
              OutputPath: "$.Payload",
              Retry: [
                {
                  ErrorEquals: ["Lambda.TooManyRequestsException", "Lambda.ServiceException"],
                  IntervalSeconds: 2,
                  BackoffRate: 2,
                  MaxAttempts: 6,
                  JitterStrategy: "FULL",
                },
              ],
              End: true,
            },
          },
        },
        ResultWriter: {
          Resource: "arn:aws:states:::s3:putObject",
          Parameters: { Bucket: bucket, "Prefix.$": "States.Format('sweeps/{}/runs', $.name)" },
        },
      },
    },
  };
}

function machineRole(stack: Stack, name: string, bucket: Bucket, replay: IFunction): Role {
  const role = new Role(stack, "Role-sweep-machine", {
    assumedBy: new ServicePrincipal("states.amazonaws.com"),
    description: "starts the replays of a sweep",
  });
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({
      service: "states",
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const runs = [arn("execution", `${name}:*`), arn("execution", `${name}/*:*`)];
  const objects = bucket.arnForObjects("sweeps/*");
  const allow = (actions: string[], resources: string[]) =>
    new PolicyStatement({ effect: Effect.ALLOW, actions, resources });
  const policy = new Policy(stack, "May-sweep-machine", {
    policyName: "sweep-machine",
    roles: [role],
    statements: [
      allow(["states:StartExecution"], [arn("stateMachine", name)]),
      allow(["states:DescribeExecution", "states:StopExecution"], runs),
      allow(["lambda:InvokeFunction"], [replay.functionArn]),
      allow(["s3:GetObject", "s3:PutObject"], [objects]),
      allow(["s3:ListBucket"], [bucket.bucketArn]),
      allow(LOGGING, ["*"]),
      allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"]),
    ],
  });
  acknowledgeStars(policy, [
    ...runs.map((one): [string, string] => [one, "runs get their names as they start"]),
    [objects, "objects of the sweep's own bucket"],
    ["*", "delivery of logs and X-Ray know no resources"],
  ]);
  return role;
}

/** What Step Functions needs to log at all: these actions cannot be held to one log group. */
const LOGGING = [
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
];
