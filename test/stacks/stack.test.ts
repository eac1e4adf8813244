import { type App, type Stack, Validations } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../core/domain/errors.ts";
import { defineProfile } from "../../core/index.ts";
import { needsOf } from "../../functions/deploy/needs.ts";
import { recurringOf } from "../../functions/deploy/recurring.ts";
import { scheduleEntry } from "../../functions/schedule/handler.ts";
import { readBridge } from "../../stacks/bridge.ts";
import { webhookFollower } from "../../strategies/webhook-follower.ts";
import { MIX, SETS } from "./profiles.ts";
import { staged } from "./stages.ts";

let plain: Template;
let everything: Template;
let production: Template;
let plainFolder: string;
let whole: { readonly app: App; readonly stack: Stack };

/** Each is synthesised once, checked by cdk-nag on the way: a finding would throw here. */
beforeAll(async () => {
  const { stack, outDir } = await staged(SETS.rebalancer, {}, "my-assets");
  plain = Template.fromStack(stack);
  plainFolder = outDir;
  whole = await staged(SETS.everything, { sweeps: true, notify: true });
  everything = Template.fromStack(whole.stack);
  const choices = { stage: "production", alarmMail: null, reservesConcurrency: false };
  production = Template.fromStack((await staged(SETS.webhook, choices)).stack);
});

describe("what profiles need is what is deployed", () => {
  test("a rebalancer has no address, no task, no network and nothing that is paid by the hour", () => {
    plain.resourceCountIs("AWS::Lambda::Url", 0);
    plain.resourceCountIs("AWS::ECS::Service", 0);
    plain.resourceCountIs("AWS::EC2::VPC", 0);
    plain.resourceCountIs("AWS::EC2::NatGateway", 0);
    plain.resourceCountIs("AWS::KMS::Key", 0);
    plain.resourceCountIs("AWS::SecretsManager::Secret", 1);
    plain.resourceCountIs("AWS::Lambda::Function", 6);
  });

  test("signals bring the webhook, its secret and its rule", () => {
    production.resourceCountIs("AWS::Lambda::Url", 1);
    production.resourceCountIs("AWS::SecretsManager::Secret", 2);
    production.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: Match.objectLike({
        "detail-type": ["signal.received.v1"],
        detail: { data: { profile: ["signals"] } },
      }),
    });
  });
});

describe("functions", () => {
  test("are nodejs24.x on arm64, with a log that ends and traces", () => {
    everything.allResourcesProperties("AWS::Lambda::Function", {
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      TracingConfig: { Mode: "Active" },
    });
    everything.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 14 });
  });

  test("that send orders run once an account; the webhook cannot take every place", () => {
    const reserved = (name: string, count: number) =>
      everything.hasResourceProperties("AWS::Lambda::Function", {
        FunctionName: `bellwether-test-${name}`,
        ReservedConcurrentExecutions: count,
      });
    reserved("execute", 3);
    reserved("reconcile", 3);
    reserved("webhook", 20);
  });

  test("reserve nothing where the account's limit is too low for it", () => {
    production.allResourcesProperties("AWS::Lambda::Function", {
      ReservedConcurrentExecutions: Match.absent(),
    });
  });

  test("answer message by message, and what keeps failing is set aside", () => {
    everything.allResourcesProperties("AWS::Lambda::EventSourceMapping", {
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    everything.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      StartingPosition: "TRIM_HORIZON",
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
    everything.resourceCountIs("AWS::Lambda::EventInvokeConfig", 4);
  });
});

describe("orders", () => {
  test("of an account keep their order: a FIFO queue, a rule and a message group an account", () => {
    for (const account of ["main", "quotes", "signals"]) {
      everything.hasResourceProperties("AWS::Events::Rule", {
        EventPattern: Match.objectLike({ detail: { data: { account: [account] } } }),
        Targets: [
          Match.objectLike({
            SqsParameters: { MessageGroupId: account },
            DeadLetterConfig: Match.anyValue(),
          }),
        ],
      });
    }
  });

  test("wait in queues that are encrypted, ordered, and give up after five tries", () => {
    everything.allResourcesProperties("AWS::SQS::Queue", { SqsManagedSseEnabled: true });
    everything.hasResourceProperties("AWS::SQS::Queue", {
      QueueName: "bellwether-test-execute.fifo",
      FifoQueue: true,
      ContentBasedDeduplication: true,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    });
    everything.allResourcesProperties("AWS::SQS::QueuePolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Deny",
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        ]),
      },
    });
  });
});

describe("schedules", () => {
  test("go by New York's clock, in the stage's group, with dead letters", () => {
    everything.allResourcesProperties("AWS::Scheduler::Schedule", {
      GroupName: "bellwether-test",
      ScheduleExpressionTimezone: "America/New_York",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: Match.objectLike({ DeadLetterConfig: Match.anyValue() }),
    });
    production.hasResourceProperties("AWS::Scheduler::Schedule", {
      Name: "bars",
      ScheduleExpression: "cron(* 9-16 ? * MON-FRI *)",
      Target: Match.objectLike({ Input: JSON.stringify({ job: "bars" }) }),
    });
    production.hasResourceProperties("AWS::Scheduler::Schedule", {
      Name: "updates-main",
      Target: Match.objectLike({ Input: JSON.stringify({ account: "main" }) }),
    });
  });

  test("say what the functions that they call can read", async () => {
    const ports = {} as Parameters<typeof scheduleEntry>[0];
    const entry = scheduleEntry(ports, { profiles: [], deadlineMs: 1 });
    for (const set of Object.values(SETS)) {
      for (const { to, input } of recurringOf(needsOf(set, "test"))) {
        if (to !== "schedule") continue;
        // With no ports it fails beyond its input, and not on it.
        await expect(entry(input)).rejects.not.toThrow(InputError);
      }
    }
  });

  test("may be made by the function of jobs in its own group alone, for one role alone", () => {
    const policies = everything.findResources("AWS::IAM::Policy", {
      Properties: { PolicyName: "schedule" },
    });
    const text = JSON.stringify(policies);
    expect(text).toContain(":schedule/bellwether-test/*");
    expect(text).toMatch(
      /"iam:PassRole","Effect":"Allow","Resource":\{"Fn::GetAtt":\["Rolescheduler/,
    );
  });
});

describe("data", () => {
  test("can be restored to any second, expires, and feeds the outbox", () => {
    plain.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamViewType: "NEW_IMAGE" },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      Replicas: [
        Match.objectLike({
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          DeletionProtectionEnabled: false,
        }),
      ],
    });
  });

  test("outlives a production stack, and a stage for trying things leaves nothing", () => {
    production.hasResource("AWS::DynamoDB::GlobalTable", {
      DeletionPolicy: "Retain",
      Properties: { Replicas: [Match.objectLike({ DeletionProtectionEnabled: true })] },
    });
    production.allResources("AWS::SecretsManager::Secret", { DeletionPolicy: "Retain" });
    plain.allResources("AWS::DynamoDB::GlobalTable", { DeletionPolicy: "Delete" });
    plain.allResources("AWS::SecretsManager::Secret", { DeletionPolicy: "Delete" });
  });

  test("of a profile that trades real money is kept whatever its stage is called", async () => {
    const live = defineProfile(webhookFollower, {
      name: "real",
      mode: "live",
      universe: ["SPY"],
      deploy: { stages: ["test"] },
    });
    const { stack } = await staged([MIX, live]);
    expect(stack.terminationProtection).toBe(true);
    Template.fromStack(stack).hasResource("AWS::DynamoDB::GlobalTable", {
      DeletionPolicy: "Retain",
    });
  });
});

describe("the stream task", () => {
  test("runs once, a quarter of an arm64 vCPU, and its old copy goes before a new one comes", () => {
    everything.hasResourceProperties("AWS::ECS::TaskDefinition", {
      Cpu: "256",
      Memory: "512",
      RuntimePlatform: { CpuArchitecture: "ARM64", OperatingSystemFamily: "LINUX" },
    });
    everything.hasResourceProperties("AWS::ECS::Service", {
      DeploymentConfiguration: {
        MaximumPercent: 100,
        MinimumHealthyPercent: 0,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
    });
  });

  test("starts only when its bundle was fetched and has the checksum of the one deployed", () => {
    everything.hasResourceProperties("AWS::ECS::TaskDefinition", {
      ContainerDefinitions: [
        Match.objectLike({
          Name: "fetch",
          Essential: false,
          Command: [Match.stringLikeRegexp("sha256sum -c")],
          Environment: Match.arrayWith([
            { Name: "SHA256", Value: Match.stringLikeRegexp("^[0-9a-f]{64}$") },
          ]),
        }),
        Match.objectLike({
          Name: "stream",
          DependsOn: [{ ContainerName: "fetch", Condition: "SUCCESS" }],
          ReadonlyRootFilesystem: true,
          User: "node",
          HealthCheck: Match.objectLike({ Retries: 3 }),
        }),
      ],
    });
  });

  test("has no way in, no NAT, and sleeps while New York does", () => {
    everything.resourceCountIs("AWS::EC2::NatGateway", 0);
    everything.hasResourceProperties("AWS::EC2::SecurityGroup", {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ FromPort: 443, ToPort: 443, IpProtocol: "tcp" })],
    });
    everything.hasResourceProperties("AWS::ApplicationAutoScaling::ScalableTarget", {
      ScheduledActions: [
        Match.objectLike({ Schedule: "cron(0 9 ? * MON-FRI *)", Timezone: "America/New_York" }),
        Match.objectLike({ Schedule: "cron(45 16 ? * MON-FRI *)", Timezone: "America/New_York" }),
      ],
    });
  });
});

describe("alarms", () => {
  test("all tell the topic, which takes TLS alone; mail is told where it was given", () => {
    everything.allResourcesProperties("AWS::CloudWatch::Alarm", {
      AlarmActions: [{ Ref: Match.stringLikeRegexp("^Alarms") }],
    });
    everything.hasResourceProperties("AWS::SNS::Subscription", { Endpoint: "a@example.com" });
    production.resourceCountIs("AWS::SNS::Subscription", 0);
    plain.hasResourceProperties("AWS::Budgets::Budget", {
      Budget: Match.objectLike({ BudgetLimit: { Amount: 20, Unit: "USD" } }),
    });
  });

  test("are not needed for what is an event: the bus tells the topic itself", () => {
    everything.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: {
        source: ["bellwether"],
        "detail-type": ["day.compared.v1"],
        detail: { data: { isAlike: [false] } },
      },
      Targets: [
        Match.objectLike({
          Arn: { Ref: Match.stringLikeRegexp("^Alarms") },
          InputTransformer: Match.objectLike({
            InputTemplate: Match.stringLikeRegexp("Bellwether test: live and replay differ"),
          }),
        }),
      ],
    });
    const types = ["job.missed.v1", "signal.missed.v1", "profile.halted.v1", "notice.given.v1"];
    for (const type of types) {
      everything.hasResourceProperties("AWS::Events::Rule", {
        EventPattern: Match.objectLike({ "detail-type": [type] }),
      });
    }
  });

  test("are ten at most, as many as AWS gives for nothing", () => {
    for (const template of [plain, everything, production]) {
      const count = Object.keys(template.findResources("AWS::CloudWatch::Alarm")).length;
      expect(count).toBeGreaterThan(4);
      expect(count).toBeLessThanOrEqual(10);
    }
  });
});

describe("cdk-nag", () => {
  test("finds what breaks AWS's rules, so a clean stack says something", async () => {
    const { app, stack } = await staged(SETS.rebalancer);
    new Bucket(stack, "Open");
    expect(() => app.synth()).toThrow(/AwsSolutions-S10/);
  });

  test("is clean, and every acknowledgement has a reason of its own", () => {
    const reasons = acknowledged(whole.app, whole.stack);
    expect(reasons.length).toBeGreaterThan(20);
    expect(reasons.filter((reason) => reason.length < 15)).toEqual([]);
    Annotations.fromStack(whole.stack).hasNoError("*", Match.anyValue());
  });
});

test("assets go to the bucket that was named, without roles of a bootstrap", async () => {
  const { assets, stackName } = await readBridge(plainFolder);
  expect(stackName).toBe("bellwether-test");
  expect(assets).toHaveLength(6);
  expect(assets.every(({ zipped, key }) => zipped && key.endsWith(".zip"))).toBe(true);
});

function acknowledged(app: App, stack: Stack): readonly string[] {
  const key = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
  return [app, stack, ...stack.node.findAll()].flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === key)
      .flatMap(({ data }) => Object.values(Object(data)))
      .map(String),
  );
}
