import type { SourceRules, WebhookRules } from "../../core/domain/webhook.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";

/** A source by its name, with the name under which its secrets are kept. */
export interface WebhookSource extends Omit<SourceRules, "secrets"> {
  readonly name: string;
  readonly secrets: string;
}

/** All that the webhook knows of a profile: plain JSON, so that it can be built into a bundle. */
export interface WebhookProfile extends Omit<WebhookRules, "sources"> {
  readonly name: string;
  readonly account: string;
  readonly universe: readonly string[];
  readonly sources: readonly WebhookSource[];
}

/** Profiles that may be signalled, by name. */
export type WebhookProfiles = ReadonlyMap<string, WebhookProfile>;

/**
 * The webhook's view of profiles: those whose strategies take signals. A shadow is sent none: it
 * hears those of the profile that it shadows.
 */
export function webhookProfiles(profiles: readonly CompiledProfile[]): readonly WebhookProfile[] {
  return profiles
    .filter(({ strategy, shadowOf }) => strategy.onSignal !== undefined && shadowOf === null)
    .map(({ name, account, universe, webhook: { sources, ...rules } }) => ({
      ...rules,
      name,
      account: account.name,
      universe: [...universe],
      sources: Object.entries(sources).map(([source, { secrets, ...rest }]) => ({
        ...rest,
        name: source,
        secrets: secrets ?? `${name}/${source}`,
      })),
    }));
}
