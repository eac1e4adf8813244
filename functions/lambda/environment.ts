import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import { InputError, InvariantError } from "../../core/domain/errors.ts";
import type { Scheduler } from "../../core/ports/scheduler.ts";
import { Audience } from "../../core/runtime/audience.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { Runner } from "../../core/strategy/runner.ts";
import { tradersOf } from "../../core/strategy/shadowed.ts";
import type { AlpacaAccount } from "../alpaca/connect.ts";
import { type VenueKeys, venueKeys } from "../deploy/keys.ts";
import { type Needs, needsOf } from "../deploy/needs.ts";
import { DynamoTable, dynamoClient } from "../dynamo/client.ts";
import { DynamoLeases } from "../dynamo/dynamoLeases.ts";
import { DynamoStore } from "../dynamo/dynamoStore.ts";
import { DynamoSwitches } from "../dynamo/dynamoSwitches.ts";
import { eventBridgeScheduler } from "../eventBridge/eventBridgeScheduler.ts";
import { everyProfile } from "./allProfiles.ts";
import { tellingNotifier } from "./observe.ts";

const variables = z.object({
  STAGE: z.string().min(1),
  TABLE_NAME: z.string().min(1),
  VENUE_SECRET_ARN: z.string().optional(),
  SCHEDULE_GROUP: z.string().optional(),
  SCHEDULE_TARGET_ARN: z.string().optional(),
  SCHEDULE_ROLE_ARN: z.string().optional(),
  SCHEDULE_DEAD_ARN: z.string().optional(),
  /** A local exchange instead of Alpaca: for tests of the bundles. */
  ALPACA_URL: z.url().optional(),
});
type Variables = z.output<typeof variables>;

/** An account at its venue, with what its streams are opened with. */
export interface Desk extends AlpacaAccount {
  readonly keyId: string;
  readonly secret: string;
  readonly mode: "paper" | "live";
  /** A local exchange instead of Alpaca. */
  readonly baseUrl: string | undefined;
}

/** What an entry point runs on, made once a process. */
export interface Deployed {
  readonly ports: LivePorts;
  readonly audience: Audience;
  readonly needs: Needs;
  /** Accounts by name; none where the entry point was given no keys. */
  readonly desks: ReadonlyMap<string, Desk>;
}

let made: Promise<Deployed> | undefined;

/** The ports of this process. A start that failed is tried again by the next call. */
export function deployed(): Promise<Deployed> {
  made ??= fromEnvironment(process.env).catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  return made;
}

/**
 * Reads what the stack put into the environment, and builds the ports on it.
 * @throws InputError naming the variable that is missing or wrong.
 */
export async function fromEnvironment(env: NodeJS.ProcessEnv): Promise<Deployed> {
  const read = variables.safeParse(env);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new InputError(`${issue?.path.join(".") ?? "environment"}: ${issue?.message ?? ""}`);
  }
  const needs = needsOf(await everyProfile(), read.data.STAGE);
  const clock = { nowMs: () => Date.now() };
  const table = new DynamoTable(dynamoClient(), read.data.TABLE_NAME);
  const store = new DynamoStore(table, clock);
  const desks = await desksOf(read.data, needs, store);
  const runners = new Map(needs.profiles.map((one) => [one.name, new Runner(one)]));
  const [first] = desks.values();
  const ports: LivePorts = {
    store,
    journal: store,
    switches: new DynamoSwitches(table),
    leases: new DynamoLeases(table),
    clock,
    venue: (account) => known(desks.get(account), account, "VENUE_SECRET_ARN").venue,
    runner: (profile) => known(runners.get(profile), profile, "STAGE"),
    get scheduler() {
      return schedulerOf(read.data);
    },
    get marketData() {
      return known(first, "market data", "VENUE_SECRET_ARN").data;
    },
    notifier: tellingNotifier({ store, journal: store }),
  };
  return { ports, audience: new Audience(needs.profiles), needs, desks };
}

async function desksOf(
  { VENUE_SECRET_ARN: arn, STAGE, ALPACA_URL: baseUrl }: Variables,
  needs: Needs,
  store: DynamoStore,
): Promise<ReadonlyMap<string, Desk>> {
  if (arn === undefined) return new Map();
  // Only who holds venue keys needs the client of the venue.
  const { connectAlpaca } = await import("../alpaca/connect.ts");
  const { allowLive } = await import("../alpaca/clientOptions.ts");
  const { feedOf } = await import("../alpaca/feed.ts");
  const feed = feedOf(needs.profiles);
  const keys = await venueKeysOf(arn);
  const found = new Map<string, Desk>();
  for (const account of needs.accounts) {
    const own = keys[account];
    if (own === undefined) {
      const how = `bellwether secrets set venue ${account} --stage ${STAGE}`;
      throw new InputError(`account ${account}: expected venue keys, found none: ${how}`);
    }
    // Of those that order: a shadow has no keys of its own, and uses none.
    const traders = tradersOf(needs.profiles);
    const modes = traders.filter((one) => one.account.name === account).map(modeOf);
    const mode = modes.includes("live") ? "live" : "paper";
    const known = async () => (await store.book(account))?.value.orders ?? [];
    const { keyId, secret } = own;
    const clock = { nowMs: () => Date.now() };
    const connected = connectAlpaca({ keyId, secret, mode, baseUrl, known, clock, feed });
    if (mode === "live") {
      const expectedAccountId = own.accountId ?? "";
      const accountId = await connected.id();
      allowLive({ modes, stage: STAGE, liveStages: [STAGE], expectedAccountId, accountId });
    }
    found.set(account, { ...connected, keyId, secret, mode, baseUrl });
  }
  return found;
}

function modeOf({ mode }: Needs["profiles"][number]): string {
  return mode;
}

async function venueKeysOf(arn: string): Promise<VenueKeys> {
  const client = new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  try {
    return venueKeys.parse(JSON.parse(SecretString ?? "{}"));
  } catch {
    // Neither the value nor what a parser says of it may be shown.
    throw new InputError("venue secret: expected keys as `bellwether secrets set` writes them");
  }
}

function schedulerOf(read: Variables): Scheduler {
  const { SCHEDULE_GROUP: group, SCHEDULE_TARGET_ARN: targetArn } = read;
  const { SCHEDULE_ROLE_ARN: roleArn, SCHEDULE_DEAD_ARN: deadLetterArn } = read;
  return eventBridgeScheduler({
    client: new SchedulerClient({}),
    group: known(group, "schedules", "SCHEDULE_GROUP"),
    targetArn: known(targetArn, "schedules", "SCHEDULE_TARGET_ARN"),
    roleArn: known(roleArn, "schedules", "SCHEDULE_ROLE_ARN"),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  });
}

function known<T>(value: T | undefined, what: string, variable: string): T {
  if (value !== undefined) return value;
  throw new InvariantError(`${what}: this entry point was not given it: see ${variable}`);
}
