import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { InputError } from "../../core/domain/errors.ts";
import { notifyTargets } from "../deploy/keys.ts";
import { observed } from "../lambda/observe.ts";
import { post } from "./notifier.ts";
import { parseTarget, type Target } from "./targets.ts";
import { topicEntry } from "./topic.ts";

const client = new SecretsManagerClient({});
const tell = topicEntry(targets, post);

/** Lambda's entry: what the topic of alarms was told. */
export const handler = observed(tell);

/** Read at each call: alarms are rare, and a target that was just set must count. */
async function targets(): Promise<readonly Target[]> {
  const { NOTIFY_SECRET_ARN: SecretId = "" } = process.env;
  if (SecretId === "") throw new InputError("NOTIFY_SECRET_ARN: expected a secret, got none");
  const { SecretString = "{}" } = await client.send(new GetSecretValueCommand({ SecretId }));
  return Object.values(notifyTargets.parse(JSON.parse(SecretString))).map(parseTarget);
}
