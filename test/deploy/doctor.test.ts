import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { stageClients } from "../../functions/deploy/clients.ts";
import { examine } from "../../functions/deploy/doctor.ts";
import { needsOf } from "../../functions/deploy/needs.ts";
import { recurringOf } from "../../functions/deploy/recurring.ts";
import { secretChecks, streamChecks } from "../../functions/deploy/stageChecks.ts";
import { SETS } from "../stacks/profiles.ts";
import { type AwsCall, type AwsReply, awsOf } from "./aws.ts";

const needs = needsOf(SETS.webhook, "test");
const NOW_MS = Date.parse("2026-11-20T15:00:00Z");
const KEYS = { keyId: "PKTEST", secret: "secret-of-this-test" };

/** A stage on which all is well, but for what a test changes. */
function replies(change: Readonly<Record<string, (call: AwsCall) => AwsReply>> = {}) {
  const well: Readonly<Record<string, (call: AwsCall) => AwsReply>> = {
    DescribeTable: () => ({
      Table: {
        TableStatus: "ACTIVE",
        ItemCount: 7,
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
      },
    }),
    DescribeContinuousBackups: () => ({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "ENABLED" },
      },
    }),
    DescribeTimeToLive: () => ({ TimeToLiveDescription: { TimeToLiveStatus: "ENABLED" } }),
    ListRules: () => ({
      Rules: needs.accounts.map((account) => ({
        Name: `bellwether-test-orders-${account}`,
        State: "ENABLED",
      })),
    }),
    GetSchedule: ({ operation }) => {
      const name = operation.split("/").at(-1);
      const found = recurringOf(needs).find((one) => one.name === name);
      if (found === undefined) return { error: "ResourceNotFoundException", message: "" };
      const { cron, zone } = found;
      return { State: "ENABLED", ScheduleExpression: cron, ScheduleExpressionTimezone: zone };
    },
    GetQueueUrl: ({ input }) => ({
      QueueUrl: `https://sqs.us-east-1.amazonaws.com/1/${String(input.QueueName)}`,
    }),
    GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: "0" } }),
    GetSecretValue: ({ input }) => ({
      SecretString: JSON.stringify(
        String(input.SecretId).endsWith("venue")
          ? Object.fromEntries(needs.accounts.map((account) => [account, KEYS]))
          : {
              "signals/tradingview": ["a-secret-of-this-test"],
              "signals/signed": "another-of-this-test",
            },
      ),
    }),
  };
  const all = { ...well, ...change };
  return awsOf((call) => {
    const name = call.operation.startsWith("GET /schedules") ? "GetSchedule" : call.operation;
    const reply = all[name];
    if (reply === undefined) throw new Error(`nobody said what ${call.operation} answers`);
    return reply(call);
  });
}

/** A paper account on which all is well, but for what a test changes. */
function venue(change: { account?: object; nowMs?: number; withoutLast?: boolean } = {}) {
  const sessions = calendarOf("us-equity").sessionsBetween("2026-11-20", "2026-12-20");
  const newYork = (ms: number) =>
    new Date(ms).toLocaleTimeString("en-GB", {
      timeZone: "America/New_York",
      hour: "2-digit",
      minute: "2-digit",
    });
  const days = sessions.map(({ date, openTimeMs, closeTimeMs }) => ({
    date,
    open: newYork(openTimeMs),
    close: newYork(closeTimeMs),
    settlement_date: date,
  }));
  const asked: string[] = [];
  const fetchApi = async (url: unknown): Promise<Response> => {
    const { pathname, hostname } = new URL(String(url));
    asked.push(`${hostname}${pathname}`);
    const bodies: Readonly<Record<string, unknown>> = {
      "/v2/account": {
        id: "11111111-2222-3333-4444-555555555555",
        status: "ACTIVE",
        cash: "1000",
        equity: "1000",
        buying_power: "2000",
        trading_blocked: false,
        account_blocked: false,
        trade_suspended_by_user: false,
        ...change.account,
      },
      "/v2/clock": {
        timestamp: new Date(change.nowMs ?? NOW_MS).toISOString(),
        is_open: true,
        next_open: "2026-11-23T09:30:00-05:00",
        next_close: "2026-11-20T16:00:00-05:00",
      },
      "/v2/calendar": change.withoutLast === true ? days.slice(0, -1) : days,
    };
    return Response.json(bodies[pathname] ?? {}, { status: pathname in bodies ? 200 : 404 });
  };
  return { fetchApi, asked };
}

async function findings(
  change: Parameters<typeof replies>[0] = {},
  at: Parameters<typeof venue>[0] = {},
) {
  const { aws, calls } = replies(change);
  const { fetchApi, asked } = venue(at);
  const found = await examine(stageClients(aws), needs, { fetchApi, nowMs: () => NOW_MS });
  const wrong = found.filter(({ verdict }) => verdict !== "fine");
  return { found, wrong, calls, asked };
}

describe("bellwether doctor", () => {
  test("finds nothing where all is well, and changes nothing", async () => {
    const { found, wrong, calls, asked } = await findings();
    expect(wrong).toEqual([]);
    const checks = [
      "table",
      "rules",
      "schedules",
      "queues",
      "secrets",
      "venue",
      "clock",
      "calendar",
    ];
    expect([...new Set(found.map(({ check }) => check))]).toEqual(checks);
    const reads = /^(Describe|List|Get|GET )/;
    expect(calls.filter(({ operation }) => !reads.test(operation))).toEqual([]);
    expect(asked.every((url) => url.startsWith("paper-api.alpaca.markets/"))).toBe(true);
    expect(JSON.stringify(found)).not.toContain("of-this-test");
  });

  test.each<[string, Parameters<typeof replies>[0], string, RegExp, RegExp]>([
    [
      "a table that publishes nothing",
      { DescribeTable: () => ({ Table: { TableStatus: "ACTIVE" } }) },
      "table",
      /no stream of changes/,
      /deploy the stage again/,
    ],
    [
      "a stage that is not there",
      { DescribeTable: () => ({ error: "ResourceNotFoundException", message: "no table" }) },
      "table",
      /no table/,
      /deploy the stage first/,
    ],
    [
      "a user who may not look",
      { ListRules: () => ({ error: "AccessDeniedException", message: "events:ListRules" }) },
      "rules",
      /events:ListRules/,
      /may not look here/,
    ],
    [
      "a rule that is off",
      { ListRules: () => ({ Rules: [{ Name: "bellwether-test-bars", State: "DISABLED" }] }) },
      "rules",
      /off: bellwether-test-bars/,
      /enable/,
    ],
    [
      "an account without a rule",
      { ListRules: () => ({ Rules: [] }) },
      "rules",
      /no rule for orders of main, signals/,
      /deploy the stage again/,
    ],
    [
      "a schedule that is off",
      { GetSchedule: () => ({ State: "DISABLED" }) },
      "schedules",
      /plan is off; bars is off/,
      /deploy the stage again/,
    ],
    [
      "dead letters",
      { GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: "3" } }) },
      "queues",
      /3 in dead, 3 in execute-dead\.fifo/,
      /redrive/,
    ],
    [
      "keys that were never set",
      { GetSecretValue: () => ({ SecretString: "{}" }) },
      "secrets",
      /no venue keys of account main/,
      /bellwether secrets set venue main --stage test/,
    ],
  ])("tells of %s, and what to do", async (_what, change, check, says, todo) => {
    const { wrong } = await findings(change);
    const own = wrong.find((one) => one.check === check);
    expect(own?.says).toMatch(says);
    expect(own?.todo).toMatch(todo);
  });

  test.each<[string, Parameters<typeof venue>[0], string, RegExp]>([
    ["a closed account", { account: { status: "ACCOUNT_CLOSED" } }, "venue", /is ACCOUNT_CLOSED/],
    ["a blocked one", { account: { trading_blocked: true } }, "venue", /is blocked/],
    ["a suspended one", { account: { trade_suspended_by_user: true } }, "venue", /suspended/],
    ["a clock that is off", { nowMs: NOW_MS + 60_000 }, "clock", /60000 ms/],
    ["a session that the venue lacks", { withoutLast: true }, "calendar", /differs .*2026-12-18/],
  ])("tells of %s", async (_what, at, check, says) => {
    const { wrong } = await findings({}, at);
    expect(wrong.find((one) => one.check === check)?.says).toMatch(says);
    expect(wrong.every(({ todo }) => todo !== null)).toBe(true);
  });
});

describe("who leads the stream", () => {
  const own = needsOf(SETS.everything, "test");
  const asked = (item: object | null, at = own) => {
    const { aws } = awsOf(() => (item === null ? {} : { Item: item }));
    return streamChecks(stageClients(aws), at, NOW_MS);
  };
  const lease = (untilMs: number) => ({
    ...{ PK: { S: "LEASE#stream" }, SK: { S: "LEASE" }, name: { S: "stream" } },
    ...{ holder: { S: "task-7" }, epoch: { N: "3" }, expiresAtMs: { N: String(untilMs) } },
  });

  test("is said, and what to do where nobody does", async () => {
    expect(await asked(lease(NOW_MS + 1))).toMatchObject([
      { verdict: "fine", says: "led by task-7" },
    ]);
    expect(await asked(lease(NOW_MS))).toMatchObject([
      { verdict: "warning", says: "nobody leads it now; led last by task-7" },
    ]);
    expect(await asked(null)).toMatchObject([{ says: "nobody leads it now; nobody ever led it" }]);
  });

  test("is not looked at where no profile needs a stream", async () => {
    expect(await asked(null, needs)).toEqual([]);
  });
});

describe("where notices go", () => {
  const keys = (input: AwsCall["input"]) => (String(input.SecretId).endsWith("venue") ? {} : null);
  const told = async (notify: object) => {
    const { aws } = replies({
      GetSecretValue: ({ input }) => ({ SecretString: JSON.stringify(keys(input) ?? notify) }),
    });
    const { findings } = await secretChecks(stageClients(aws), needsOf(SETS.rebalancer, "test"));
    return findings.map(({ says }) => says);
  };

  test("is told by name, and that nobody is told", async () => {
    expect(await told({ ops: "ntfy:https://ntfy.sh/a" })).toContain("notices go to ops");
    expect(await told({})).toContain("no chat is told of notices: none is set");
  });
});
