import { STRANGER, strangersKeys } from "./authenticate.ts";
import type { WebhookPorts } from "./call.ts";
import type { WebhookProfile } from "./profiles.ts";
import { type Keyring, keyringOf } from "./secrets.ts";

/** A rotated secret is known within this time, ms. */
export const SECRETS_TTL_MS = 300_000;

interface Kept {
  readonly ring: Keyring;
  readonly untilMs: number;
}

/** Keys of profiles, asked for once in a while; those at hand stay while their source is down. */
export class Keyrings {
  private readonly kept = new Map<string, Kept>();
  private readonly ports: Pick<WebhookPorts, "secrets" | "clock">;

  constructor(ports: Pick<WebhookPorts, "secrets" | "clock">) {
    this.ports = ports;
  }

  /** @throws whatever the source of secrets throws, where nothing was known before. */
  async of(profile: WebhookProfile): Promise<Keyring> {
    const kept = this.kept.get(profile.name);
    const nowMs = this.ports.clock.nowMs();
    if (kept !== undefined && nowMs < kept.untilMs) return kept.ring;
    try {
      const ring =
        profile === STRANGER ? await strangersKeys() : await keyringOf(profile, this.ports.secrets);
      this.kept.set(profile.name, { ring, untilMs: nowMs + SECRETS_TTL_MS });
      return ring;
    } catch (error) {
      if (kept === undefined) throw error;
      return kept.ring;
    }
  }
}
