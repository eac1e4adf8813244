import { handle } from "hono/aws-lambda";
import { createApp } from "./app.ts";
import type { WebhookPorts } from "./call.ts";
import type { HttpEvent, HttpResult } from "./http.ts";
import type { Webhook } from "./webhook.ts";

/** What is no signal: health, the OpenAPI document, wrong paths and methods. */
export async function handleByHono(
  ports: WebhookPorts,
  webhook: Webhook,
  event: HttpEvent,
): Promise<HttpResult> {
  const app = createApp(ports, webhook);
  // The adapter's types ask for fields that it does not read, and no caller can leave out.
  const result = await handle(app)({ rawQueryString: "", ...event } as never);
  const { statusCode, headers = {}, body } = result as HttpResult;
  return { statusCode, headers, body };
}
