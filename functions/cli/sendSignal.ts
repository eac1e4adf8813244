import { randomUUID } from "node:crypto";
import { Command, Option } from "commander";
import { InputError, TransientError } from "../../core/domain/errors.ts";
import { SIGNED_HEADERS, sign } from "../webhook/hmac.ts";
import type { Terminal } from "./terminal.ts";

interface Asked {
  readonly url: string;
  readonly profile: string;
  readonly symbol: string;
  readonly action: string;
  readonly secretEnv: string;
  readonly hmac?: boolean;
  readonly path?: boolean;
  readonly id?: string;
  readonly quantity?: string;
  readonly price?: string;
  readonly comment?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** A call that is ready to be sent. */
interface Prepared {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Stands in a dry run for a secret that is not set. */
const MISSING = "SECRET-IS-NOT-SET";
const WAIT_MS = 10_000;

/** `send-signal`: tries a webhook from where you are, as a sender would. */
export function sendSignalCommand(terminal: Terminal): Command {
  return new Command("send-signal")
    .description("Send a test signal to a webhook, with a secret in its body, its path, or signed.")
    .requiredOption("--profile <NAME>", "the profile that it is for")
    .requiredOption("--symbol <SYMBOL>", "such as SPY")
    .addOption(
      new Option("--action <ACTION>", "what to do").choices(["buy", "sell", "exit"]).default("buy"),
    )
    .option("--url <URL>", "where the webhook listens", "http://127.0.0.1:8787")
    .option("--secret-env <NAME>", "variable of the environment with the secret", "WEBHOOK_SECRET")
    .option("--hmac", "sign the body instead of sending the secret")
    .option("--path", "send the secret in the path")
    .option("--id <ID>", "the same id is the same signal; default: a new one")
    .option("--quantity <DECIMAL>", "shares or coins")
    .option("--price <DOLLARS>", "the price that you saw")
    .option("--comment <TEXT>", "kept in the journal", "bellwether send-signal")
    .option("--dry-run", "print the call for curl, the secret left out, and send nothing")
    .option("--json", "print status and body of the answer as one line of JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether send-signal --profile webhook-spy --symbol SPY --hmac\n" +
        "  bellwether send-signal --profile webhook-spy --symbol SPY --action exit --dry-run\n" +
        "\nExit codes: 0 taken, 1 nobody answers or it is in trouble, 2 refused or bad arguments.\n",
    )
    .action(async (asked: Asked) => {
      if (asked.hmac === true && asked.path === true) {
        throw new InputError("expected --hmac or --path, got both");
      }
      const secret = process.env[asked.secretEnv];
      if (asked.dryRun === true) {
        terminal.out(curlOf(prepared(asked, secret || MISSING, Date.now()), asked, secret));
        return;
      }
      if (secret === undefined || secret === "") {
        throw new InputError(`--secret-env: expected a secret in ${asked.secretEnv}, got none`);
      }
      await deliver(terminal, asked, prepared(asked, secret, Date.now()));
    });
}

function prepared(asked: Asked, secret: string, nowMs: number): Prepared {
  const { profile, symbol, action, quantity, price, comment, hmac, path } = asked;
  const inBody = hmac !== true && path !== true;
  const body = JSON.stringify({
    ...(inBody ? { secret } : {}),
    id: asked.id ?? randomUUID(),
    symbol,
    action,
    quantity,
    price,
    comment,
    sentAt: new Date(nowMs).toISOString(),
  });
  const base = `${asked.url.replace(/\/$/, "")}/signals/${encodeURIComponent(profile)}`;
  const url = path === true ? `${base}/${encodeURIComponent(secret)}` : base;
  const type = { "content-type": "application/json" };
  if (hmac !== true) return { url, headers: type, body };
  const signed = { timestampMs: nowMs, nonce: randomUUID() };
  return {
    url,
    headers: {
      ...type,
      [SIGNED_HEADERS.signature]: sign(secret, profile, signed, Buffer.from(body)),
      [SIGNED_HEADERS.timestamp]: String(nowMs),
      [SIGNED_HEADERS.nonce]: signed.nonce,
    },
    body,
  };
}

async function deliver(
  terminal: Terminal,
  { json: asJson = false }: Asked,
  { url, headers, body }: Prepared,
): Promise<void> {
  let response: Response;
  try {
    const signal = AbortSignal.timeout(WAIT_MS);
    response = await fetch(url, { method: "POST", headers, body, signal });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : "unknown";
    throw new TransientError(`the webhook does not answer: ${why}`, 1_000);
  }
  const text = await response.text();
  const { status } = response;
  terminal.out(
    asJson ? `${JSON.stringify({ status, body: readable(text) })}\n` : `${status} ${text}\n`,
  );
  if (status >= 500) terminal.exit(1);
  else if (status >= 400) terminal.exit(2);
}

/** The call for a shell; where the secret would stand is the variable that holds it. */
function curlOf(call: Prepared, { secretEnv }: Asked, secret: string | undefined): string {
  const stand = secret === undefined || secret === "" ? MISSING : secret;
  // Double quotes let the shell put the variable in, and nothing else.
  const quoted = (text: string) =>
    `"${text.replaceAll(/["\\$`]/g, "\\$&").replaceAll(stand, `$${secretEnv}`)}"`;
  const headers = Object.entries(call.headers).map(
    ([name, value]) => `  -H '${name}: ${value}' \\`,
  );
  return `curl -X POST ${quoted(call.url)} \\\n${headers.join("\n")}\n  --data ${quoted(call.body)}\n`;
}

/** A body as JSON, or as the text that it is: what answers need not be our webhook. */
function readable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
