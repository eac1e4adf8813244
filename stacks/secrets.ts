import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { secretName } from "../functions/deploy/names.ts";
import type { Settings } from "./settings.ts";

/** ARNs of a stage's secrets; no webhook, no secret of one, and so with notices. */
export interface Secrets {
  readonly venue: string;
  readonly webhooks: string | null;
  readonly notify: string | null;
}

/**
 * Empty secrets, to be filled by `bellwether secrets set`: a value in a template would be read by
 * whoever may read the stack. One secret holds the keys of all accounts, as each costs the same
 * and the same roles read them; webhook secrets are apart, as who checks those may not trade.
 */
export function secrets(scope: Construct, settings: Settings): Secrets {
  const { stage, needs, isProduction } = settings;
  const venue = secret(scope, "VenueSecret", {
    name: secretName(stage, "venue"),
    description: "Venue keys by account",
    isProduction,
  });
  const webhooks =
    needs.signals.length === 0
      ? null
      : secret(scope, "WebhookSecret", {
          name: secretName(stage, "webhooks"),
          description: "Webhook secrets by profile, two of each while one is rotated",
          isProduction,
        });
  const notify = !settings.notify
    ? null
    : secret(scope, "NotifySecret", {
        name: secretName(stage, "notify"),
        description: "Where notices go: addresses of webhooks, which are secrets",
        isProduction,
      });
  return { venue, webhooks, notify };
}

function secret(
  scope: Construct,
  id: string,
  of: { readonly name: string; readonly description: string; readonly isProduction: boolean },
): string {
  const made = new CfnSecret(scope, id, { name: of.name, description: of.description });
  made.applyRemovalPolicy(of.isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
  Validations.of(made).acknowledge({
    id: "AwsSolutions-SMG4",
    reason: "the venue issues its keys by hand on its page: the runbook says how to rotate them",
  });
  return made.ref;
}
