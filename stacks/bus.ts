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

/** Functions that rules call. */
export interface RuleTargets {
  readonly decide: IFunction;
  readonly schedule: IFunction;
}

/**
 * Rules by event type: what each profile decides on, and each account's orders to their group.
 * Answers those that call a function.
 */
export function rules(
  scope: Construct,
  settings: Settings,
  on: EventBus,
  { decide, schedule }: RuleTargets,
  queues: Queues,
): readonly CfnRule[] {
  const { needs } = settings;
  const plain: Called = { scope, settings, on, queues, to: "decide", target: decide };
  const made = patternsOf(needs).map(([name, pattern]) => callRule(plain, name, pattern));
  const waking: Called = { ...plain, to: "schedule", target: schedule, input: PLAN_WAKE };
  made.push(callRule(waking, "wakes", { "detail-type": [WANTS_TO_WAKE] }));
  const { stage } = settings;
  const toExecute = needs.accounts.map((account) => orderRule(scope, stage, on, queues, account));
  allowRules(queues, toExecute, scope);
  return made;
}

const WANTS_TO_WAKE: EventType = "execution.scheduled.v1";

/** What the function of jobs is told of a worked order that wants to be woken. */
const PLAN_WAKE: CfnRule.InputTransformerProperty = {
  inputPathsMap: { wake: "$.detail.data" },
  inputTemplate: '{"job":"plan-wake","input":<wake>}',
};

/** A function that rules call, with the place where they are made. */
interface Called {
  readonly scope: Construct;
  readonly settings: Settings;
  readonly on: EventBus;
  readonly queues: Queues;
  readonly to: keyof RuleTargets;
  readonly target: IFunction;
  /** What it is told in the place of the event. */
  readonly input?: CfnRule.InputTransformerProperty;
}

function callRule(called: Called, name: string, pattern: Pattern): CfnRule {
  const { scope, settings, on, queues, to, target, input } = called;
  const rule = new CfnRule(scope, `Rule-${name}`, {
    name: `bellwether-${settings.stage}-${name}`,
    description: `${to} on ${name}`,
    eventBusName: on.eventBusName,
    eventPattern: { source: [SOURCE], ...pattern },
    targets: [
      {
        id: to,
        arn: target.functionArn,
        ...(input === undefined ? {} : { inputTransformer: input }),
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 },
        deadLetterConfig: { arn: queues.dead.queueArn },
      },
    ],
  });
  new CfnPermission(scope, `May${to === "decide" ? "Decide" : "Plan"}-${name}`, {
    action: "lambda:InvokeFunction",
    functionName: target.functionName,
    principal: "events.amazonaws.com",
    sourceArn: rule.attrArn,
  });
  return rule;
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

/** How children of a worked order end, or go on. */
const NEWS_OF_CHILDREN: readonly EventType[] = [
  "order.filled.v1",
  "order.cancelled.v1",
  "order.rejected.v1",
  "order.expired.v1",
  "order.denied.v1",
];

const NEWS_OF_INSTRUMENTS: readonly EventType[] = [
  "corporate-action.applied.v1",
  "asset.changed.v1",
  "trading-status.changed.v1",
  "sessions.announced.v1",
];

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
    ["instruments", { "detail-type": NEWS_OF_INSTRUMENTS }],
  ];
  const { signals, scheduled, fills } = needs;
  if (signals.length > 0) rules.push(["signals", type("signal.received.v1", { profile: signals })]);
  if (scheduled.length > 0) {
    rules.push(["schedules", type("schedule.fired.v1", { profile: scheduled })]);
  }
  if (fills.length > 0) rules.push(["fills", type("order.filled.v1", { profile: fills })]);
  rules.push(["wakings", type("execution.due.v1")]);
  // What becomes of a child is news to the order that it is part of; "decide" looks closer.
  const child = { orderId: [{ wildcard: "*.c*" }] };
  rules.push(["children", { "detail-type": NEWS_OF_CHILDREN, detail: { data: child } }]);
  return rules;
}
