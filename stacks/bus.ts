import { Duration } from "aws-cdk-lib";
import { Archive, CfnRule, EventBus } from "aws-cdk-lib/aws-events";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnPermission } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { EventType } from "../core/events/catalogue.ts";
import type { Needs } from "../functions/deploy/needs.ts";
import type { Queues } from "./queues.ts";
import type { Settings } from "./settings.ts";

/** Who puts events on the bus: nothing of another source is routed. */
export const SOURCE = "bellwether";

/** What `execute` acts on. */
const TO_EXECUTE: readonly EventType[] = [
  "order.approved.v1",
  "order.cancel-requested.v1",
  "order.replace-requested.v1",
  // An order's end may set legs free that its venue does not hold.
  "order.filled.v1",
  "order.cancelled.v1",
  "order.expired.v1",
  "order.rejected.v1",
];

/** The bus of a stage, with an archive of all that went over it. */
export function bus(scope: Construct, { stage }: Settings): EventBus {
  const made = new EventBus(scope, "Bus", { eventBusName: `bellwether-${stage}` });
  new Archive(scope, "Archive", {
    archiveName: `bellwether-${stage}`,
    description: "All events, for recovery; the journal in the table is the record",
    sourceEventBus: made,
    eventPattern: { source: [SOURCE] },
    retention: Duration.days(90),
  });
  return made;
}

/** Rules by event type: what each profile decides on, and each account's orders to their group. */
export function rules(
  scope: Construct,
  settings: Settings,
  on: EventBus,
  decide: IFunction,
  queues: Queues,
): void {
  const { stage, needs } = settings;
  for (const [name, pattern] of patternsOf(needs)) {
    const rule = new CfnRule(scope, `Rule-${name}`, {
      name: `bellwether-${stage}-${name}`,
      description: `decide on ${name}`,
      eventBusName: on.eventBusName,
      eventPattern: { source: [SOURCE], ...pattern },
      targets: [
        {
          id: "decide",
          arn: decide.functionArn,
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 },
          deadLetterConfig: { arn: queues.dead.queueArn },
        },
      ],
    });
    new CfnPermission(scope, `MayDecide-${name}`, {
      action: "lambda:InvokeFunction",
      functionName: decide.functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.attrArn,
    });
  }
  const toExecute = needs.accounts.map((account) => orderRule(scope, stage, on, queues, account));
  allowRules(queues, toExecute, scope);
}

/**
 * One rule an account, as a rule's message group is fixed text: orders of one account keep their
 * order, and accounts do not wait for each other.
 */
function orderRule(
  scope: Construct,
  stage: string,
  on: EventBus,
  { execute, dead }: Queues,
  account: string,
): CfnRule {
  return new CfnRule(scope, `Orders-${account}`, {
    name: `bellwether-${stage}-orders-${account}`.slice(0, 64),
    description: `orders of account ${account} to its message group`,
    eventBusName: on.eventBusName,
    eventPattern: {
      source: [SOURCE],
      "detail-type": TO_EXECUTE,
      detail: { data: { account: [account] } },
    },
    targets: [
      {
        id: "execute",
        arn: execute.queueArn,
        sqsParameters: { messageGroupId: account },
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 },
        deadLetterConfig: { arn: dead.queueArn },
      },
    ],
  });
}

/** The bus may send to the two queues for these rules, and for no other. */
function allowRules({ execute, dead }: Queues, toExecute: readonly CfnRule[], scope: Construct) {
  const events = new ServicePrincipal("events.amazonaws.com");
  execute.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [events],
      actions: ["sqs:SendMessage"],
      resources: [execute.queueArn],
      conditions: { ArnEquals: { "aws:SourceArn": toExecute.map(({ attrArn }) => attrArn) } },
    }),
  );
  const all = scope.node.children.filter((one) => one instanceof CfnRule);
  dead.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [events],
      actions: ["sqs:SendMessage"],
      resources: [dead.queueArn],
      conditions: { ArnEquals: { "aws:SourceArn": all.map(({ attrArn }) => attrArn) } },
    }),
  );
}

type Pattern = Readonly<Record<string, unknown>>;

/** One rule a kind of event, and only where a profile of the stage decides on it. */
function patternsOf(needs: Needs): readonly (readonly [string, Pattern])[] {
  const frames = new Set(
    needs.profiles.flatMap(({ timeframe, framed }) => [timeframe, ...framed.keys()]),
  );
  const type = (name: EventType, data: Pattern = {}): Pattern => ({
    "detail-type": [name],
    ...(Object.keys(data).length === 0 ? {} : { detail: { data } }),
  });
  const rules: (readonly [string, Pattern])[] = [
    ["bars", type("bars.closed.v1", { timeframe: [...frames] })],
    ["corporate-actions", type("corporate-action.applied.v1")],
  ];
  const { signals, scheduled, fills } = needs;
  if (signals.length > 0) rules.push(["signals", type("signal.received.v1", { profile: signals })]);
  if (scheduled.length > 0) {
    rules.push(["schedules", type("schedule.fired.v1", { profile: scheduled })]);
  }
  if (fills.length > 0) rules.push(["fills", type("order.filled.v1", { profile: fills })]);
  return rules;
}
