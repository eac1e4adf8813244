import type { Halt, SwitchScope } from "../../core/ports/switches.ts";
import { mediaTypeOf, readBody } from "./body.ts";
import type { Call, WebhookPorts } from "./call.ts";
import { Refused } from "./problem.ts";
import { isSameSecret, isSecret } from "./secrets.ts";
import { objectWith, own } from "./typed.ts";
import { commentAt } from "./values.ts";

/** Name under which the secrets of the kill switch are kept: they open nothing else. */
export const KILL_SECRETS = "kill";

const KEYS: ReadonlySet<string> = new Set(["secret", "reason"]);

/**
 * Turns a kill switch on: `all`, `profile:NAME` or `account:NAME`. There is no call that turns one
 * off: whoever stole this secret can stop trading, and nothing more.
 * @throws Refused, and what the switches throw.
 */
export async function kill(ports: WebhookPorts, call: Call): Promise<Halt> {
  const bytes = await call.body();
  const mediaType = mediaTypeOf(call.header("content-type"), call.header("content-encoding"));
  const { values } = readBody(bytes, mediaType);
  const secrets = (await ports.secrets.secretsOf(KILL_SECRETS)).filter(isSecret);
  const secret = own(values, "secret");
  if (typeof secret !== "string" || !isSameSecret(secrets, secret)) {
    throw new Refused("unauthorised", "expected the kill switch's secret", "/secret");
  }
  const body = objectWith(values, KEYS);
  const reason = commentAt(body.reason, "/reason").replaceAll(secret, "[secret]");
  const scope = scopeOf(ports, call.profile);
  const halt: Halt = {
    ...scope,
    reason: reason === "" ? "by webhook" : reason,
    by: "webhook",
    sinceMs: ports.clock.nowMs(),
  };
  await ports.switches.halt(halt);
  return halt;
}

/** A misspelt name must not look like a switch that is on. */
function scopeOf({ profiles }: WebhookPorts, text: string): SwitchScope {
  if (text === "all") return { kind: "all", name: "all" };
  const [kind = "", name = ""] = text.split(":");
  if (kind === "profile" && profiles.has(name)) return { kind, name };
  const accounts = [...profiles.values()].map(({ account }) => account);
  if (kind === "account" && accounts.includes(name)) return { kind, name };
  throw new Refused("unknown", "expected all, profile:NAME or account:NAME with a known name");
}
