import type { Clock } from "../../core/ports/clock.ts";
import type { Journal } from "../../core/ports/journal.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Switches } from "../../core/ports/switches.ts";
import type { Awaitable } from "../../core/ports/venue.ts";
import type { WebhookProfiles } from "./profiles.ts";
import type { SecretSource } from "./secrets.ts";

/** A call as the pipeline sees it, whoever listens: Hono, or Lambda without it. */
export interface Call {
  /** Name in the path: of a profile, or what is to be killed. */
  readonly profile: string;
  /** Secret in the path, or null. */
  readonly token: string | null;
  /** By its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** Reads the body, up to the limit. */
  readonly body: () => Awaitable<Uint8Array>;
  /** Where the call came from, by the socket or the gateway; null where nobody knows. */
  readonly address: string | null;
}

/** One line about a call that was answered: no body, no header, no secret. */
export interface WebhookLine {
  readonly route: "signal" | "kill";
  /** `accepted`, `repeat`, `killed` or a problem's code. */
  readonly outcome: string;
  readonly status: number;
  /** A profile that exists, else null: strangers do not write into our logs. */
  readonly profile: string | null;
  /** What made us unavailable, for whoever looks after it; null where nothing did. */
  readonly trouble: string | null;
}

/** What the webhook needs. It can write signals and halts, and nothing else. */
export interface WebhookPorts {
  readonly profiles: WebhookProfiles;
  readonly secrets: SecretSource;
  readonly store: Pick<Store, "commit">;
  readonly journal: Pick<Journal, "event">;
  readonly switches: Pick<Switches, "halts" | "halt">;
  readonly clock: Clock;
  readonly log: (line: WebhookLine) => void;
}
