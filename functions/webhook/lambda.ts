import { AwsClient, awsFrom } from "./aws/client.ts";
import { SecretsManager } from "./aws/secretsManager.ts";
import { SignalTable } from "./aws/table.ts";
import type { WebhookLine, WebhookPorts } from "./call.ts";
import { logged } from "./log.ts";
import type { WebhookProfile } from "./profiles.ts";
import { rawHandler } from "./rawEvent.ts";

/** Lambda's entry: takes signals in, and writes them into the table. */
export const handler = rawHandler(portsFrom(process.env));

/** WEBHOOK_PROFILES is written into the bundle: see functions/bundle/webhookProfiles.ts. */
function portsFrom(env: NodeJS.ProcessEnv): WebhookPorts {
  const client = new AwsClient(awsFrom(env));
  const { store, journal, switches } = new SignalTable(client, env.TABLE_NAME ?? "");
  const profiles: readonly WebhookProfile[] = JSON.parse(process.env.WEBHOOK_PROFILES ?? "[]");
  const log = (line: WebhookLine) => console.log(logged(line, env.STAGE ?? "", Date.now()));
  return {
    profiles: new Map(profiles.map((profile) => [profile.name, profile])),
    secrets: new SecretsManager(client, env.WEBHOOK_SECRET_ARN ?? ""),
    store,
    journal,
    switches,
    clock: { nowMs: () => Date.now() },
    log,
  };
}
