import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { webhookProfiles } from "../webhook/profiles.ts";
import type { Inlined } from "./bundle.ts";

/**
 * What the webhook's bundle is told of the profiles. Strategies stay out of it: they would bring
 * indicators, schemas and the time that those take to start.
 */
export function webhookInlined(profiles: readonly CompiledProfile[]): Inlined {
  return { WEBHOOK_PROFILES: JSON.stringify(webhookProfiles(profiles)) };
}
