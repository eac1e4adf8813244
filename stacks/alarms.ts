import { Duration, type Stack } from "aws-cdk-lib";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  TextWidget,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Subscription, SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import {
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  METRICS,
  type MetricName,
} from "../functions/metrics/names.ts";
import type { EntryName } from "./entryPoint.ts";
import type { Queues } from "./queues.ts";
import type { Settings } from "./settings.ts";

/** Functions of a stage by name, as far as it has them. */
export type Functions = ReadonlyMap<EntryName, LambdaFunction>;

/** An alarm as data: what is looked at, and when a person is told. */
interface Rule {
  readonly id: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly atLeast?: number;
  readonly below?: number;
  readonly minutes: number;
  /** Missing data means nothing happened, or that nobody is there to tell. */
  readonly missing: "fine" | "alarm";
}

/** All alarms of a stage, the budget and the dashboard; they tell one topic. */
export function alarms(stack: Stack, settings: Settings, made: Functions, queues: Queues): Topic {
  const { stage, alarmMail } = settings;
  const topic = new Topic(stack, "Alarms", {
    topicName: `bellwether-${stage}-alarms`,
    displayName: `Bellwether ${stage}`,
    enforceSSL: true,
  });
  if (alarmMail !== null) {
    new Subscription(stack, "Mail", {
      topic,
      protocol: SubscriptionProtocol.EMAIL,
      endpoint: alarmMail,
    });
  }
  for (const rule of rulesOf(settings, made, queues)) add(stack, stage, topic, rule);
  budget(stack, settings, topic);
  dashboard(stack, settings, made, queues);
  return topic;
}

function add(stack: Stack, stage: string, topic: Topic, rule: Rule): void {
  const { id, says, metric, atLeast, below, minutes, missing } = rule;
  const alarm = new Alarm(stack, `Alarm-${id}`, {
    alarmName: `bellwether-${stage}-${id}`,
    alarmDescription: says,
    metric,
    threshold: atLeast ?? below ?? 1,
    comparisonOperator:
      below === undefined
        ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: minutes,
    datapointsToAlarm: minutes,
    treatMissingData:
      missing === "fine" ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(topic));
}

function rulesOf({ stage, needs }: Settings, made: Functions, queues: Queues): readonly Rule[] {
  const own = (name: MetricName, statistic: string, period: Duration) =>
    new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      dimensionsMap: { [METRIC_DIMENSION]: stage },
      statistic,
      period,
    });
  const counted = (id: string, says: string, name: MetricName, atLeast = 1): Rule => ({
    id,
    says,
    metric: own(name, "Sum", Duration.minutes(5)),
    atLeast,
    minutes: 1,
    missing: "fine",
  });
  const rules: Rule[] = [
    counted("bars-stale", "bars that were due did not come", METRICS.barsStale),
    counted("denied-burst", "our risk refuses order after order", METRICS.ordersDenied, 10),
    counted("kill-switch", "a kill switch is on", METRICS.switchesOn),
    deadLetters(queues),
    plannerSilent(made),
    outboxBehind(made),
  ];
  if (needs.signals.length > 0) {
    const name = METRICS.signalsUnauthorised;
    rules.push(counted("signals-unauthorised", "calls without a valid secret", name, 20));
  }
  if (needs.streams) {
    rules.push(leaderless(own(METRICS.streamLeads, "Maximum", Duration.minutes(1)), needs));
  }
  return rules;
}

function deadLetters({ dead, executeDead }: Queues): Rule {
  const visible = [dead, executeDead].map((queue, i): [string, IMetric] => [
    `q${i}`,
    queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
  ]);
  const metric = new MathExpression({
    expression: visible.map(([id]) => `FILL(${id}, 0)`).join(" + "),
    usingMetrics: Object.fromEntries(visible),
    period: Duration.minutes(5),
    label: "dead letters",
  });
  const says = "something failed for good: read it, mend it, then redrive it (stacks/README.md)";
  return { id: "dead-letters", says, metric, atLeast: 1, minutes: 1, missing: "fine" };
}

/** The planner runs each night, holidays too: a day without any job means that nothing fires. */
function plannerSilent(made: Functions): Rule {
  const metric = known(made, "schedule").metricInvocations({
    statistic: "Sum",
    period: Duration.days(1),
  });
  const says = "no scheduled job ran within a day: are the schedules there and enabled?";
  return { id: "schedules-silent", says, metric, below: 1, minutes: 1, missing: "alarm" };
}

function outboxBehind(made: Functions): Rule {
  const metric = known(made, "publish").metric("IteratorAge", {
    statistic: "Maximum",
    period: Duration.minutes(1),
  });
  const says = "events wait over a minute to be published: decisions come late";
  return { id: "outbox-behind", says, metric, atLeast: 60_000, minutes: 3, missing: "fine" };
}

/**
 * The dead man's switch, outside of our own code: the stream's heartbeat while New York trades. The
 * hours are those that are in session in winter and in summer alike, in UTC as metrics are.
 */
function leaderless(heartbeat: IMetric, { hours }: Settings["needs"]): Rule {
  const beats = "FILL(beat, 0)";
  // A series that always has values tells the hour even where no heartbeat does.
  const now = "TIME_SERIES(0)";
  const inSession = `DAY(${now}) < 6 AND HOUR(${now}) >= 15 AND HOUR(${now}) < 20`;
  const expression = hours === "always" ? beats : `IF(${inSession}, ${beats}, 1)`;
  const metric = new MathExpression({
    expression,
    usingMetrics: { beat: heartbeat },
    period: Duration.minutes(1),
    label: "stream leads",
  });
  const says = "no stream task leads: bars and trade updates do not come in";
  return { id: "stream-leaderless", says, metric, below: 1, minutes: 2, missing: "alarm" };
}

/** AWS Budgets tells at four fifths of the month's dollars, and when a month will pass them. */
function budget(stack: Stack, { stage, monthlyBudget }: Settings, topic: Topic): void {
  topic.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal("budgets.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  );
  const tell = (notificationType: string, threshold: number) => ({
    notification: { notificationType, threshold, comparisonOperator: "GREATER_THAN" },
    subscribers: [{ subscriptionType: "SNS", address: topic.topicArn }],
  });
  new CfnBudget(stack, "Budget", {
    budget: {
      budgetName: `bellwether-${stage}`,
      budgetType: "COST",
      timeUnit: "MONTHLY",
      budgetLimit: { amount: monthlyBudget, unit: "USD" },
      // Of this stage alone; the tag must be activated for cost allocation once in the account.
      costFilters: { TagKeyValue: [`user:bellwether-stage$${stage}`] },
    },
    notificationsWithSubscribers: [tell("ACTUAL", 80), tell("FORECASTED", 100)],
  });
}

function dashboard(
  stack: Stack,
  { stage }: Settings,
  made: Functions,
  { dead, execute, executeDead }: Queues,
): void {
  const board = new Dashboard(stack, "Dashboard", { dashboardName: `bellwether-${stage}` });
  const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
  const each = (of: (one: LambdaFunction) => IMetric) => [...made.values()].map(of);
  const own = Object.values(METRICS).map(
    (name) =>
      new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: name,
        dimensionsMap: { [METRIC_DIMENSION]: stage },
        statistic: "Sum",
        label: name,
      }),
  );
  board.addWidgets(
    new TextWidget({ markdown: `# Bellwether ${stage}\nRunbook: stacks/README.md`, width: 24 }),
  );
  board.addWidgets(
    graph("What a person should know of", own),
    graph("Waiting and dead messages", [
      execute.metricApproximateNumberOfMessagesVisible({ label: "orders waiting" }),
      executeDead.metricApproximateNumberOfMessagesVisible({ label: "orders, dead" }),
      dead.metricApproximateNumberOfMessagesVisible({ label: "others, dead" }),
    ]),
  );
  board.addWidgets(
    graph(
      "Errors",
      each((one) => one.metricErrors()),
    ),
    graph(
      "Longest run, ms",
      each((one) => one.metricDuration({ statistic: "Maximum" })),
    ),
  );
}

function known(made: Functions, name: EntryName): LambdaFunction {
  const found = made.get(name);
  if (found === undefined) throw new Error(`an alarm looks at ${name}, which is not deployed`);
  return found;
}
