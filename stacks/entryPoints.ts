import type { Needs } from "../functions/deploy/needs.ts";
import { MEMORY_MB, STREAM_TASK } from "../functions/deploy/sizes.ts";
import { BUS_ACTIONS } from "../functions/eventBridge/eventBridgeBus.ts";
import type { SCHEDULER_ACTIONS } from "../functions/eventBridge/eventBridgeScheduler.ts";
import { OBJECT_ACTIONS } from "../functions/sweep/s3.ts";
import type { EntryName, EntryPoint } from "./entryPoint.ts";
import { type Grant, LOOKS_COMMITS, onTable, PLATFORM } from "./grants.ts";

const always = () => true;

/** What Lambda does with an event that a function failed at for good. */
const SET_ASIDE: Grant = {
  on: "dead",
  actions: ["sqs:SendMessage"],
  why: "Lambda sets aside what keeps failing",
  by: "aws",
};
const PLANS: readonly (typeof SCHEDULER_ACTIONS)[number][] = ["scheduler:CreateSchedule"];
const LIGHT = "parsing and a few requests: the CPU share of 512 MB keeps a cold start under 0.5 s";

/** All that runs, as data: the stack is built from this table, and tests compare it with roles. */
export const ENTRY_POINTS: readonly EntryPoint[] = [
  {
    name: "webhook",
    file: "functions/webhook/lambda.ts",
    does: "takes signals in, and answers once they are stored",
    memoryMb: { is: MEMORY_MB.webhook, because: LIGHT },
    timeoutS: { is: 5, because: "TradingView hangs up after 3 s; one transaction takes far less" },
    reserved: { is: 20, because: "a flood must not take the concurrency that orders need" },
    env: ["STAGE", "TABLE_NAME", "WEBHOOK_SECRET_ARN"],
    grants: [
      {
        on: "table",
        actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
        why: "stores a signal once, looks at kill switches, and may turn them on",
      },
      { on: "webhookSecret", actions: ["secretsmanager:GetSecretValue"], why: "checks callers" },
      ...PLATFORM,
    ],
    isNeeded: ({ signals }) => signals.length > 0,
  },
  {
    name: "decide",
    file: "functions/decide/lambda.ts",
    does: "turns bars, signals, schedules and fills into approved orders",
    memoryMb: {
      is: MEMORY_MB.decide,
      because: "snapshots of hundreds of instruments are parsed at each close",
    },
    timeoutS: { is: 60, because: "500 instruments take seconds; a lost race is decided again" },
    reserved: { is: null, because: "versions in the table keep two copies from deciding twice" },
    env: ["STAGE", "TABLE_NAME"],
    grants: [
      onTable(LOOKS_COMMITS, "loads snapshots and books, and commits decisions; looks up orders"),
      SET_ASIDE,
      ...PLATFORM,
    ],
    isNeeded: always,
  },
  {
    name: "publish",
    file: "functions/publish/lambda.ts",
    does: "puts committed events on the bus, from the table's stream",
    memoryMb: { is: MEMORY_MB.publish, because: LIGHT },
    timeoutS: { is: 30, because: "100 records are ten calls to the bus; throttling is waited out" },
    reserved: { is: null, because: "the stream's shards decide how many run" },
    env: ["STAGE", "BUS_NAME"],
    grants: [
      {
        on: "tableStream",
        actions: [
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ListStreams",
        ],
        why: "Lambda reads the stream in its name",
        by: "aws",
      },
      { on: "bus", actions: BUS_ACTIONS, why: "publishes what was committed" },
      SET_ASIDE,
      ...PLATFORM,
    ],
    isNeeded: always,
  },
  {
    name: "execute",
    file: "functions/execute/lambda.ts",
    does: "sends approved orders to the venue; nothing else may trade",
    memoryMb: { is: MEMORY_MB.execute, because: LIGHT },
    timeoutS: {
      is: 30,
      because: "one venue request may take 10 s, and is asked about, not resent",
    },
    reserved: {
      is: "accounts",
      because: "one copy an account: after a halt at most one order goes",
    },
    env: ["STAGE", "TABLE_NAME", "VENUE_SECRET_ARN"],
    grants: [
      {
        on: "executeQueue",
        actions: [
          "sqs:ChangeMessageVisibility",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:ReceiveMessage",
        ],
        why: "Lambda takes orders from the queue in its name",
        by: "aws",
      },
      onTable(LOOKS_COMMITS, "claims orders, and looks at kill switches before each is sent"),
      { on: "venueSecret", actions: ["secretsmanager:GetSecretValue"], why: "signs in to trade" },
      ...PLATFORM,
    ],
    isNeeded: always,
  },
  {
    name: "updates",
    file: "functions/updates/lambda.ts",
    does: "asks the venue what became of open orders, where no stream listens",
    memoryMb: { is: MEMORY_MB.updates, because: LIGHT },
    timeoutS: { is: 55, because: "it is asked again a minute later" },
    reserved: { is: "accounts", because: "two copies would ask the venue the same" },
    env: ["STAGE", "TABLE_NAME", "VENUE_SECRET_ARN"],
    grants: [
      onTable(LOOKS_COMMITS, "books what became of open orders"),
      { on: "venueSecret", actions: ["secretsmanager:GetSecretValue"], why: "asks the venue" },
      SET_ASIDE,
      ...PLATFORM,
    ],
    isNeeded: ({ streams }) => !streams,
  },
  {
    name: "reconcile",
    file: "functions/reconcile/lambda.ts",
    does: "compares our books with the venue's, and books what was missed",
    memoryMb: { is: MEMORY_MB.reconcile, because: LIGHT },
    timeoutS: { is: 120, because: "pages of orders and fills within the venue's rate limit" },
    reserved: { is: "accounts", because: "two looks at one account at once would be told twice" },
    env: ["STAGE", "TABLE_NAME", "VENUE_SECRET_ARN"],
    grants: [
      onTable(LOOKS_COMMITS, "compares books, and halts what differs"),
      { on: "venueSecret", actions: ["secretsmanager:GetSecretValue"], why: "asks the venue" },
      SET_ASIDE,
      ...PLATFORM,
    ],
    isNeeded: always,
  },
  {
    name: "schedule",
    file: "functions/schedule/lambda.ts",
    does: "runs jobs by name: plans the day, lets schedules fire, asks for bars",
    memoryMb: {
      is: MEMORY_MB.schedule,
      because: "bars of hundreds of instruments are put together",
    },
    timeoutS: { is: 300, because: "pages of bars of 500 instruments within the rate limit" },
    reserved: {
      is: null,
      because: "jobs are keyed by what they are for: a second copy is harmless",
    },
    env: [
      "STAGE",
      "TABLE_NAME",
      "VENUE_SECRET_ARN",
      "SCHEDULE_GROUP",
      "SCHEDULE_TARGET_ARN",
      "SCHEDULE_ROLE_ARN",
      "SCHEDULE_DEAD_ARN",
    ],
    grants: [
      onTable(LOOKS_COMMITS, "tells of bars and schedules once, and opens books"),
      { on: "venueSecret", actions: ["secretsmanager:GetSecretValue"], why: "asks for bars" },
      {
        on: "onceSchedules",
        actions: PLANS,
        why: "plans jobs relative to each session's real open and close; they delete themselves",
      },
      { on: "schedulerRole", actions: ["iam:PassRole"], why: "planned jobs run under this role" },
      SET_ASIDE,
      ...PLATFORM,
    ],
    isNeeded: always,
  },
  {
    name: "stream",
    file: "functions/stream/main.ts",
    does: "listens to market data and trade updates; a task, as it must stay connected",
    memoryMb: { is: STREAM_TASK.memoryMb, because: "the least that a quarter of a vCPU may have" },
    timeoutS: { is: 30, because: "how long it may take to drain after SIGTERM" },
    reserved: { is: null, because: "one task; a lease in the table fences a second" },
    env: ["STAGE", "TABLE_NAME", "VENUE_SECRET_ARN", "HEALTH_PORT"],
    grants: [
      onTable(
        [...LOOKS_COMMITS, "dynamodb:ConditionCheckItem"],
        "takes the lease, and commits only as long as it holds it",
      ),
      { on: "venueSecret", actions: ["secretsmanager:GetSecretValue"], why: "opens the streams" },
      {
        on: "streamBundle",
        actions: ["s3:GetObject"],
        why: "AWS's own tool fetches the program at start",
        by: "aws",
      },
    ],
    isNeeded: ({ streams }) => streams,
  },
  {
    name: "notify",
    file: "functions/notify/lambda.ts",
    does: "tells Slack, Discord, Telegram or ntfy what the topic of alarms is told",
    memoryMb: { is: MEMORY_MB.notify, because: "one small request a target" },
    timeoutS: { is: 30, because: "two tries of five seconds for each target, side by side" },
    reserved: { is: null, because: "alarms are rare" },
    env: ["STAGE", "NOTIFY_SECRET_ARN"],
    grants: [
      { on: "notifySecret", actions: ["secretsmanager:GetSecretValue"], why: "who is to be told" },
      SET_ASIDE,
      ...PLATFORM,
    ],
    isNeeded: () => false,
  },
  {
    name: "sweep",
    file: "functions/sweep/lambda.ts",
    does: "replays some sets of parameters of a sweep that outgrew one machine",
    memoryMb: { is: MEMORY_MB.sweep, because: "one full vCPU: a replay is one synchronous loop" },
    timeoutS: { is: 900, because: "the longest that Lambda allows: twenty replays take minutes" },
    reserved: { is: null, because: "the state machine holds the number at once" },
    env: ["SWEEP_BUCKET"],
    grants: [
      {
        on: "sweepObjects",
        actions: OBJECT_ACTIONS,
        why: "reads recordings and parameters, writes results",
      },
      ...PLATFORM,
    ],
    isNeeded: () => false,
  },
];

/** The entry point of a name. */
export function entryPoint(name: EntryName): EntryPoint {
  const found = ENTRY_POINTS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no entry point ${name} in stacks/entryPoints.ts`);
  return found;
}

/** What a person asks for beyond what profiles need. */
export interface Extras {
  readonly sweeps: boolean;
  readonly notify: boolean;
}

/** What a stage deploys, in the order of the table; sweeps and notices where they are asked for. */
export function neededEntryPoints(needs: Needs, extras: Extras): readonly EntryPoint[] {
  return ENTRY_POINTS.filter((one) => {
    if (one.name === "sweep") return extras.sweeps;
    return one.name === "notify" ? extras.notify : one.isNeeded(needs);
  });
}
