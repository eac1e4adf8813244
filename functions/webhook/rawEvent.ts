import type { Call, WebhookPorts } from "./call.ts";
import type { HttpEvent, HttpResult } from "./http.ts";
import { checkLength } from "./limits.ts";
import { Webhook } from "./webhook.ts";

/**
 * Answers what a function URL or an HTTP API hands over. Signals and the kill switch go straight to
 * the pipeline: Hono would be fast enough, but the Request that it stands on costs a cold start
 * 20 ms and each call more than the whole pipeline. All else is Hono's.
 */
export function rawHandler(ports: WebhookPorts): (event: HttpEvent) => Promise<HttpResult> {
  const webhook = new Webhook(ports);
  return async (event) => {
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
  };
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
