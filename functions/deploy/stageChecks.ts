import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { InputError } from "../../core/domain/errors.ts";
import { DynamoTable } from "../dynamo/client.ts";
import { DynamoLeases } from "../dynamo/dynamoLeases.ts";
import { webhookProfiles } from "../webhook/profiles.ts";
import type { StageClients } from "./clients.ts";
import { type Finding, failing, fine, warning } from "./findings.ts";
import { notifyTargets, readKeys, type VenueKeys, venueKeys, webhookKeys } from "./keys.ts";
import { STREAM_LEASE, stageName } from "./names.ts";
import type { Needs } from "./needs.ts";
import { recurringOf } from "./recurring.ts";

const REDEPLOY = "deploy the stage again: what is there is not what its profiles need";

/** Whether the table is there, can be restored, publishes its changes and forgets what is old. */
export async function tableChecks(
  { dynamo }: StageClients,
  { stage, live }: Needs,
): Promise<readonly Finding[]> {
  const TableName = stageName(stage);
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
  const { ContinuousBackupsDescription: backups } = await dynamo.send(
    new DescribeContinuousBackupsCommand({ TableName }),
  );
  const { TimeToLiveDescription: ttl } = await dynamo.send(
    new DescribeTimeToLiveCommand({ TableName }),
  );
  const restores = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED";
  const parts = [
    Table?.TableStatus === "ACTIVE" ? null : `status ${Table?.TableStatus ?? "unknown"}`,
    Table?.StreamSpecification?.StreamViewType === "NEW_IMAGE" ? null : "no stream of changes",
    restores ? null : "no point-in-time recovery",
    ttl?.TimeToLiveStatus === "ENABLED" ? null : "no expiry of old items",
    live && Table?.DeletionProtectionEnabled !== true ? "no protection from deletion" : null,
  ].filter((part) => part !== null);
  if (parts.length > 0) return [failing("table", `${TableName}: ${parts.join(", ")}`, REDEPLOY)];
  return [fine("table", `${TableName}: active, ${Table?.ItemCount ?? 0} items at the last count`)];
}

/** Whether every rule of the bus is on: one that is off silently loses what it routes. */
export async function ruleChecks(
  { events }: StageClients,
  { stage, accounts }: Needs,
): Promise<readonly Finding[]> {
  const { Rules = [] } = await events.send(
    new ListRulesCommand({ EventBusName: stageName(stage), NamePrefix: `${stageName(stage)}-` }),
  );
  const off = Rules.filter(({ State }) => State !== "ENABLED").map(({ Name }) => Name);
  if (off.length > 0) {
    const todo = "enable them: `aws events enable-rule`, or deploy the stage again";
    return [failing("rules", `off: ${off.join(", ")}`, todo)];
  }
  const missing = accounts.filter(
    (account) => !Rules.some(({ Name }) => Name?.endsWith(`-orders-${account}`)),
  );
  if (missing.length > 0) {
    return [failing("rules", `no rule for orders of ${missing.join(", ")}`, REDEPLOY)];
  }
  return [fine("rules", `${Rules.length} on`)];
}

/** Whether every recurring job is scheduled as this checkout would schedule it, and enabled. */
export async function scheduleChecks(
  { scheduler }: StageClients,
  needs: Needs,
): Promise<readonly Finding[]> {
  const GroupName = stageName(needs.stage);
  const expected = recurringOf(needs);
  const wrong: string[] = [];
  for (const { name, cron, zone } of expected) {
    const found = await scheduler
      .send(new GetScheduleCommand({ GroupName, Name: name }))
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return null;
        throw error;
      });
    if (found === null) wrong.push(`${name} is not there`);
    else if (found.State !== "ENABLED") wrong.push(`${name} is off`);
    else if (found.ScheduleExpression !== cron || found.ScheduleExpressionTimezone !== zone) {
      wrong.push(`${name} fires at ${found.ScheduleExpression}, expected ${cron} ${zone}`);
    }
  }
  if (wrong.length > 0) return [failing("schedules", wrong.join("; "), REDEPLOY)];
  return [
    fine("schedules", `${expected.length} on: ${expected.map(({ name }) => name).join(", ")}`),
  ];
}

/** How many messages each queue holds, by its name without the stage. */
export async function queueDepths(
  { sqs }: StageClients,
  stage: string,
): Promise<ReadonlyMap<string, number>> {
  const depths = new Map<string, number>();
  for (const name of ["dead", "execute-dead.fifo", "execute.fifo"]) {
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: `${stageName(stage)}-${name}` }),
    );
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ["ApproximateNumberOfMessages"],
      }),
    );
    depths.set(name, Number(Attributes?.ApproximateNumberOfMessages ?? 0));
  }
  return depths;
}

/** Whether anything failed for good. */
export async function queueChecks(
  clients: StageClients,
  { stage }: Needs,
): Promise<readonly Finding[]> {
  const depths = await queueDepths(clients, stage);
  const dead = [...depths].filter(([name, count]) => name.includes("dead") && count > 0);
  if (dead.length === 0) return [fine("queues", "no dead letters")];
  const says = dead.map(([name, count]) => `${count} in ${name}`).join(", ");
  const todo = "read them, mend the cause, then redrive: see the runbook in stacks/README.md";
  return [failing("queues", `dead letters: ${says}`, todo)];
}

/** Whether each account has keys, and each source of signals a secret. Answers the keys as well. */
export async function secretChecks(
  { secrets }: StageClients,
  needs: Needs,
): Promise<{ readonly findings: readonly Finding[]; readonly keys: VenueKeys }> {
  const { stage, accounts } = needs;
  const keys = await readKeys(secrets, stage, "venue", venueKeys);
  const findings = accounts.map((account) =>
    keys[account] === undefined
      ? failing(
          "secrets",
          `no venue keys of account ${account}`,
          `bellwether secrets set venue ${account} --stage ${stage}`,
        )
      : fine("secrets", `venue keys of account ${account} are set`),
  );
  findings.push(...(await notifyFindings(secrets, stage)));
  if (needs.signals.length === 0) return { findings, keys };
  const hooks = await readKeys(secrets, stage, "webhooks", webhookKeys);
  const sources = webhookProfiles(needs.profiles).flatMap((one) => one.sources);
  const own = sources.map(({ secrets: name }) => {
    const set = `bellwether secrets set webhook ${name} --generate --stage ${stage}`;
    if (hooks[name] === undefined) {
      return warning("secrets", `no secret of ${name}: its signals are refused`, set);
    }
    return fine("secrets", `secret of ${name} is set`);
  });
  return { findings: [...findings, ...own], keys };
}

/** A stage that should tell chats and knows none stays silent: that is said. */
async function notifyFindings(
  client: StageClients["secrets"],
  stage: string,
): Promise<readonly Finding[]> {
  const kept = await readKeys(client, stage, "notify", notifyTargets).catch((error: unknown) => {
    // A stage without BELLWETHER_NOTIFY has no such secret.
    if (error instanceof InputError) return null;
    throw error;
  });
  if (kept === null) return [];
  const names = Object.keys(kept);
  if (names.length > 0) return [fine("secrets", `notices go to ${names.sort().join(", ")}`)];
  const todo = `bellwether secrets set notify NAME --stage ${stage}`;
  return [warning("secrets", "no chat is told of notices: none is set", todo)];
}

/** Whether somebody leads the stream. Outside of its hours nobody does, and that is well. */
export async function streamChecks(
  { dynamo }: StageClients,
  { stage, streams }: Needs,
  nowMs: number,
): Promise<readonly Finding[]> {
  if (!streams) return [];
  const leases = new DynamoLeases(new DynamoTable(dynamo, stageName(stage)));
  const lease = await leases.find(STREAM_LEASE);
  if (lease !== undefined && nowMs < lease.expiresAtMs) {
    return [fine("stream", `led by ${lease.holder}`)];
  }
  const last = lease === undefined ? "nobody ever led it" : `led last by ${lease.holder}`;
  const todo = "in session: look into its log and the service's events in the console";
  return [warning("stream", `nobody leads it now; ${last}`, todo)];
}
