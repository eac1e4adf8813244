import type { Needs } from "../functions/deploy/needs.ts";
import type { Grant } from "./grants.ts";

/** Names of what runs: folders of `functions/`. */
export type EntryName =
  | "webhook"
  | "decide"
  | "publish"
  | "execute"
  | "updates"
  | "reconcile"
  | "schedule"
  | "stream"
  | "notify"
  | "sweep";

/** Variables that an entry point is started with; none of them is a secret. */
export type EnvName =
  | "STAGE"
  | "TABLE_NAME"
  | "BUS_NAME"
  | "VENUE_SECRET_ARN"
  | "WEBHOOK_SECRET_ARN"
  | "NOTIFY_SECRET_ARN"
  | "SCHEDULE_GROUP"
  | "SCHEDULE_TARGET_ARN"
  | "SCHEDULE_ROLE_ARN"
  | "SCHEDULE_DEAD_ARN"
  | "SWEEP_BUCKET"
  | "HEALTH_PORT";

/** A size with the reason for it. */
export interface Sized<T> {
  readonly is: T;
  readonly because: string;
}

/** One thing that runs: what it is built from, how large it is, and all that it may do. */
export interface EntryPoint {
  readonly name: EntryName;
  /** Path from the root. */
  readonly file: string;
  readonly does: string;
  readonly memoryMb: Sized<number>;
  readonly timeoutS: Sized<number>;
  /** Most copies at once; null leaves it to the account's limit. */
  readonly reserved: Sized<number | "accounts" | null>;
  readonly env: readonly EnvName[];
  /** Every action that its role allows, and nothing else. */
  readonly grants: readonly Grant[];
  /** Whether a stage with these needs deploys it. */
  readonly isNeeded: (needs: Needs) => boolean;
}
