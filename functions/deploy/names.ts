/**
 * What is kept in Secrets Manager: keys of venues by account, secrets of webhooks by profile, and
 * where notices are sent.
 */
export type SecretKind = "venue" | "webhooks" | "notify";

/** Name of a stage's secret. */
export function secretName(stage: string, kind: SecretKind): string {
  return `bellwether/${stage}/${kind}`;
}

/** Name of the lease by which one stream task leads. */
export const STREAM_LEASE = "stream";

/** Name of a stage's table, bus, group of schedules and dashboard, and the stem of all others. */
export function stageName(stage: string): string {
  return `bellwether-${stage}`;
}
