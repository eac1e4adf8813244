import type { Stack } from "aws-cdk-lib";
import { CfnRule, type EventBus } from "aws-cdk-lib/aws-events";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnPermission } from "aws-cdk-lib/aws-lambda";
import { Subscription, SubscriptionProtocol, type Topic } from "aws-cdk-lib/aws-sns";
import type { EventType } from "../core/events/catalogue.ts";
import { SOURCE } from "./bus.ts";
import type { Queues } from "./queues.ts";
import type { Settings } from "./settings.ts";

/** An event that a person is told of as it happens, and what the mail says. */
interface Told {
  readonly name: string;
  readonly type: EventType;
  /** What of the data makes it worth telling; everything when left out. A list holds by an item. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Names of values, by their path in the event. */
  readonly paths: Readonly<Record<string, string>>;
  readonly text: string;
}

const TOLD: readonly Told[] = [
  {
    name: "job-missed",
    type: "job.missed.v1",
    paths: { job: "$.detail.data.job", reason: "$.detail.data.reason" },
    text: "Bellwether STAGE: job <job> was not run: <reason>",
  },
  {
    name: "calendar-differs",
    type: "calendar.differed.v1",
    paths: { calendar: "$.detail.data.calendar", reason: "$.detail.data.reason" },
    text: "Bellwether STAGE: calendar <calendar>: <reason>",
  },
  {
    name: "signal-missed",
    type: "signal.missed.v1",
    paths: {
      profile: "$.detail.data.profile",
      code: "$.detail.data.code",
      reason: "$.detail.data.reason",
    },
    text: "Bellwether STAGE: signals of profile <profile>: <code>: <reason>",
  },
  {
    name: "halted",
    type: "profile.halted.v1",
    paths: { profile: "$.detail.data.profile", reason: "$.detail.data.reason" },
    text: "Bellwether STAGE: profile <profile> stopped itself: <reason>",
  },
  {
    name: "notice",
    type: "notice.given.v1",
    paths: { title: "$.detail.data.title", text: "$.detail.data.text" },
    text: "Bellwether STAGE: <title>: <text>",
  },
  {
    name: "order-unknown",
    type: "order.unknown.v1",
    paths: { order: "$.detail.data.orderId", reason: "$.detail.data.reason" },
    text: "Bellwether STAGE: nobody knows what became of order <order>: <reason>",
  },
  {
    name: "day-report",
    type: "day.reported.v1",
    paths: { text: "$.detail.data.text" },
    text: "Bellwether STAGE: session <text>",
  },
  {
    name: "day-differs",
    type: "day.compared.v1",
    data: { isAlike: [false] },
    paths: { text: "$.detail.data.text" },
    text: "Bellwether STAGE: live and replay differ, <text>",
  },
];

/**
 * Events that go straight from the bus to the topic: the journal is what says that they happened,
 * so no function has to count them, and no metric is paid for.
 */
export function notices(
  stack: Stack,
  { stage }: Settings,
  on: EventBus,
  topic: Topic,
  { dead }: Queues,
): void {
  const made = TOLD.map(
    ({ name, type, data, paths, text }) =>
      new CfnRule(stack, `Tell-${name}`, {
        name: `bellwether-${stage}-tell-${name}`,
        description: `tells a person of ${type}`,
        eventBusName: on.eventBusName,
        eventPattern: {
          source: [SOURCE],
          "detail-type": [type],
          ...(data === undefined ? {} : { detail: { data } }),
        },
        targets: [
          {
            id: "topic",
            arn: topic.topicArn,
            inputTransformer: {
              inputPathsMap: paths,
              inputTemplate: JSON.stringify(text.replace("STAGE", stage)),
            },
            deadLetterConfig: { arn: dead.queueArn },
          },
        ],
      }),
  );
  const arns = made.map(({ attrArn }) => attrArn);
  const allow = (action: string, resource: string) =>
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal("events.amazonaws.com")],
      actions: [action],
      resources: [resource],
      conditions: { ArnEquals: { "aws:SourceArn": arns } },
    });
  topic.addToResourcePolicy(allow("sns:Publish", topic.topicArn));
  dead.addToResourcePolicy(allow("sqs:SendMessage", dead.queueArn));
}

/** All that the topic is told goes to the function that tells chats, and no other topic's. */
export function toChat(stack: Stack, topic: Topic, notify: LambdaFunction): void {
  new Subscription(stack, "Chat", {
    topic,
    protocol: SubscriptionProtocol.LAMBDA,
    endpoint: notify.functionArn,
  });
  new CfnPermission(stack, "MayNotify", {
    action: "lambda:InvokeFunction",
    functionName: notify.functionName,
    principal: "sns.amazonaws.com",
    sourceArn: topic.topicArn,
  });
}
