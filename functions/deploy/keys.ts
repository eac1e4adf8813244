import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import { slug } from "../../core/domain/schema.ts";
import { type SecretKind, secretName } from "./names.ts";

const text = z.string().min(1).max(256);

/** Keys of venues by account, as the secret `venue` holds them. */
export const venueKeys = z.record(
  slug,
  z.strictObject({
    keyId: text,
    secret: text,
    /** The venue's own id of the account that is meant: without it nothing live is traded. */
    accountId: z.string().optional(),
  }),
);
export type VenueKeys = z.output<typeof venueKeys>;

/**
 * Secrets of webhooks by name (`profile/source`, or `kill`), as the secret `webhooks` holds them:
 * the newest first, and while it is rotated the one before.
 */
export const webhookKeys = z.record(
  z.string(),
  z.preprocess((value) => [value].flat(), z.array(text).min(1).max(2).readonly()),
);
export type WebhookKeys = z.output<typeof webhookKeys>;

/** Where notices go, `SERVICE:URL` by a name of one's own, as the secret `notify` holds them. */
export const notifyTargets = z.record(slug, z.string().min(1).max(2000));
export type NotifyTargets = z.output<typeof notifyTargets>;

/**
 * What a stage's secret holds; empty where nothing was set yet.
 * @throws InputError where the stage has no such secret, or it holds something else.
 */
export async function readKeys<T extends z.ZodType<Readonly<Record<string, unknown>>>>(
  client: SecretsManagerClient,
  stage: string,
  kind: SecretKind,
  schema: T,
): Promise<z.output<T>> {
  const name = secretName(stage, kind);
  const value = await currentText(client, name);
  const parsed = schema.safeParse(value === null ? {} : jsonOf(value));
  if (parsed.success) return parsed.data;
  // The value itself must not be shown, and so neither must the parser's own words.
  const path = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new InputError(
    `secret ${name}: ${path || "value"}: expected keys as \`secrets set\` writes`,
  );
}

/** Sets the keys of an account, and leaves those of others as they are. */
export async function setVenueKeys(
  client: SecretsManagerClient,
  stage: string,
  account: string,
  keys: VenueKeys[string],
): Promise<void> {
  const before = await readKeys(client, stage, "venue", venueKeys);
  await write(client, stage, "venue", venueKeys.parse({ ...before, [account]: keys }));
}

/**
 * Sets the secret of a webhook source. The one before stays valid with `keepsOld`, so that senders
 * can be changed one after the other.
 */
export async function setWebhookKey(
  client: SecretsManagerClient,
  stage: string,
  name: string,
  secret: string,
  keepsOld: boolean,
): Promise<void> {
  const before = await readKeys(client, stage, "webhooks", webhookKeys);
  const old = (before[name] ?? []).filter((one) => one !== secret).slice(0, 1);
  const all = { ...before, [name]: keepsOld ? [secret, ...old] : [secret] };
  await write(client, stage, "webhooks", webhookKeys.parse(all));
}

/** Sets where notices go under a name, and leaves other names as they are. */
export async function setNotifyTarget(
  client: SecretsManagerClient,
  stage: string,
  name: string,
  target: string,
): Promise<void> {
  const before = await readKeys(client, stage, "notify", notifyTargets);
  await write(client, stage, "notify", notifyTargets.parse({ ...before, [name]: target }));
}

async function write(
  client: SecretsManagerClient,
  stage: string,
  kind: SecretKind,
  keys: VenueKeys | WebhookKeys | NotifyTargets,
): Promise<void> {
  const SecretId = secretName(stage, kind);
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(keys) }));
}

/** Null for a secret that was deployed and has no value yet. */
async function currentText(client: SecretsManagerClient, name: string): Promise<string | null> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return SecretString ?? null;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
    // Secrets Manager answers alike for a secret without a value, and names what it looked for.
    if (error.message.includes("AWSCURRENT")) return null;
    throw new InputError(`secret ${name}: expected it in this account and region: deploy first`);
  }
}

function jsonOf(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}
