import { InvariantError } from "../../../core/domain/errors.ts";
import type { SecretSource } from "../secrets.ts";
import { type AwsClient, SECRETS_MANAGER } from "./client.ts";

/** How long an answer is used, ms: all profiles' keys are asked for within moments. */
const FRESH_MS = 10_000;

/**
 * Secrets out of one entry of Secrets Manager: a JSON object of names with one secret or two,
 * `{ "webhook-spy/tradingview": ["new", "old"], "kill": "…" }`. One entry, as each has its price.
 */
export class SecretsManager implements SecretSource {
  private readonly client: AwsClient;
  private readonly arn: string;
  private kept: { readonly all: Promise<Record<string, unknown>>; readonly sinceMs: number } | null;

  constructor(client: AwsClient, arn: string) {
    this.client = client;
    this.arn = arn;
    this.kept = null;
  }

  async secretsOf(name: string): Promise<readonly string[]> {
    const nowMs = Date.now();
    if (this.kept === null || nowMs - this.kept.sinceMs > FRESH_MS) {
      this.kept = { all: this.fetch(), sinceMs: nowMs };
      this.kept.all.catch(() => {
        this.kept = null;
      });
    }
    const all = await this.kept.all;
    const found = Object.hasOwn(all, name) ? all[name] : [];
    return [found].flat().filter((one): one is string => typeof one === "string");
  }

  private async fetch(): Promise<Record<string, unknown>> {
    const { error, body } = await this.client.call(SECRETS_MANAGER, "GetSecretValue", {
      SecretId: this.arn,
    });
    if (error !== null) throw new InvariantError(`webhook secrets: Secrets Manager says ${error}`);
    try {
      return JSON.parse((body as { SecretString: string }).SecretString);
    } catch {
      // The parser's message would quote a secret.
      throw new InvariantError("webhook secrets: expected a JSON object, run secrets set again");
    }
  }
}
