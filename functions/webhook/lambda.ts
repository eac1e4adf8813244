import { AwsClient, awsFrom } from "./aws/client.ts";
import { SecretsManager } from "./aws/secretsManager.ts";
import { SignalTable } from "./aws/table.ts";
import type { Call, WebhookLine, WebhookPorts } from "./call.ts";
import type { HttpEvent, HttpResult } from "./http.ts";
import { checkLength } from "./limits.ts";
import { logged } from "./log.ts";
import type { WebhookProfile } from "./profiles.ts";
import { Webhook } from "./webhook.ts";

const ports = portsFrom(process.env);
const webhook = new Webhook(ports);

/**
 * Lambda's entry. Signals and the kill switch go straight to the pipeline: Hono would be fast
 * enough, but the Request that it stands on costs a cold start 20 ms. All else is Hono's.
 */
export async function handler(event: HttpEvent): Promise<HttpResult> {
  const { method } = event.requestContext.http;
  const [root, name, token, more] = partsOf(event);
  if (
    method === "POST" &&
    name !== undefined &&
    name !== "" &&
    more === undefined &&
    token !== ""
  ) {
    const call = callOf(event, name, token ?? null);
    if (root === "signals") return resultOf(await webhook.receive(call));
    if (root === "kill" && token === undefined) return resultOf(await webhook.kill(call));
  }
  const { handleByHono } = await import("./lambdaHono.ts");
  return handleByHono(ports, webhook, event);
}

function callOf(event: HttpEvent, profile: string, token: string | null): Call {
  return {
    profile,
    token,
    header: (name) => event.headers[name],
    body: () => {
      const { body = "", isBase64Encoded } = event;
      // Four letters of base64 are three bytes: what is far too long is not even decoded.
      checkLength(isBase64Encoded ? Math.floor((body.length * 3) / 4) - 2 : body.length);
      const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
      checkLength(bytes.length);
      return bytes;
    },
    address: event.requestContext.http.sourceIp,
  };
}

/** Parts of the path, decoded; a stage that stands in front of it is left out. */
function partsOf({ rawPath, requestContext: { stage } }: HttpEvent): readonly string[] {
  const prefix = `/${stage}/`;
  const path = rawPath.startsWith(prefix) ? rawPath.slice(prefix.length) : rawPath.slice(1);
  return path.split("/").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}

function resultOf({ status, headers, body }: Awaited<ReturnType<Webhook["receive"]>>): HttpResult {
  return { statusCode: status, headers, body };
}

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
