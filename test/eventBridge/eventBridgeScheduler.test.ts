import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { expect, test } from "vitest";
import { InputError, TransientError } from "../../core/domain/errors.ts";
import { eventBridgeScheduler } from "../../functions/eventBridge/eventBridgeScheduler.ts";
import { type Answer, answering, patience } from "./answering.ts";

const JOB = {
  name: "mix.rebalance.ly2k8",
  atMs: Date.parse("2024-11-29T17:45:00Z"),
  job: "fire",
  input: { profile: "mix", schedule: "rebalance", dueTimeMs: 1 },
} as const;
const CREATED = { body: { ScheduleArn: "arn:aws:scheduler:x" } };

function scheduler(answers: Answer[]) {
  const { config, sent } = answering(answers);
  const { waited, ...waits } = patience();
  const made = eventBridgeScheduler({
    client: new SchedulerClient(config),
    group: "bellwether-test",
    targetArn: "arn:target",
    roleArn: "arn:role",
    deadLetterArn: "arn:dead",
    ...waits,
  });
  return { scheduler: made, sent, waited };
}

test("a job is a one-time schedule in UTC that is gone once it has fired", async () => {
  const to = scheduler([CREATED]);
  expect(await to.scheduler.once(JOB)).toBe("created");
  const [sent] = to.sent;
  expect(sent).toMatchObject({ method: "POST", path: "/schedules/mix.rebalance.ly2k8" });
  const { ClientToken, ...asked } = sent?.body ?? {};
  expect(ClientToken).toMatch(/^[0-9a-f-]{36}$/);
  expect(asked).toEqual({
    GroupName: "bellwether-test",
    ScheduleExpression: "at(2024-11-29T17:45:00)",
    ScheduleExpressionTimezone: "UTC",
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: {
      Arn: "arn:target",
      RoleArn: "arn:role",
      Input: JSON.stringify({ job: "fire", input: JOB.input }),
      RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 5 },
      DeadLetterConfig: { Arn: "arn:dead" },
    },
  });
});

test("planning twice plans once: what is there is left as it was", async () => {
  const to = scheduler([{ status: 409, error: "ConflictException" }]);
  expect(await to.scheduler.once(JOB)).toBe("existed");
});

test("a job of a broken second fires at the next whole one, never early", async () => {
  const to = scheduler([CREATED]);
  await to.scheduler.once({ ...JOB, atMs: JOB.atMs + 1 });
  expect(to.sent[0]?.body.ScheduleExpression).toBe("at(2024-11-29T17:45:01)");
});

test("names that a schedule may not have are made to fit, and stay different", async () => {
  const names = ["mix.BTC/USD", "mix.BTC-USD", `${"x".repeat(64)}1`, `${"x".repeat(64)}2`];
  const to = scheduler(names.map(() => CREATED));
  for (const name of names) await to.scheduler.once({ ...JOB, name });
  const made = to.sent.map(({ path }) => path.replace("/schedules/", ""));
  expect(new Set(made).size).toBe(names.length);
  for (const name of made) expect(name).toMatch(/^[0-9a-zA-Z._-]{1,64}$/);
  expect(made[1]).toBe("mix.BTC-USD");
});

test("a job is taken away; taking away what is not there is fine", async () => {
  const to = scheduler([{ body: {} }, { status: 404, error: "ResourceNotFoundException" }]);
  await to.scheduler.remove(JOB.name);
  await to.scheduler.remove(JOB.name);
  expect(to.sent[0]).toMatchObject({ method: "DELETE", path: "/schedules/mix.rebalance.ly2k8" });
});

test("trouble that passes is waited out, and told as such when it stays", async () => {
  const throttled = { status: 429, error: "ThrottlingException" };
  const to = scheduler([throttled, { broken: "ECONNRESET" }, CREATED]);
  expect(await to.scheduler.once(JOB)).toBe("created");
  expect(to.waited).toEqual([30, 60]);
  const stays = scheduler([throttled, throttled, throttled, throttled]);
  await expect(stays.scheduler.once(JOB)).rejects.toBeInstanceOf(TransientError);
});

test("a group that is not there is for a person to see to", async () => {
  const to = scheduler([{ status: 404, error: "ResourceNotFoundException" }]);
  await expect(to.scheduler.once(JOB)).rejects.toBeInstanceOf(InputError);
});
