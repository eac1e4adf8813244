import { STORE_ACTIONS } from "../functions/dynamo/client.ts";

/** What a role may be allowed to touch. */
export type Resource =
  | "table"
  | "tableStream"
  | "bus"
  | "dead"
  | "executeQueue"
  | "venueSecret"
  | "webhookSecret"
  | "onceSchedules"
  | "schedulerRole"
  | "streamBundle"
  | "sweepObjects"
  | "ownLog"
  | "traces";

/** Actions on one resource, and what for. */
export interface Grant {
  readonly on: Resource;
  readonly actions: readonly string[];
  readonly why: string;
}

/**
 * What the store, leases and switches of functions/dynamo ask of the table. A transaction of puts
 * is allowed by PutItem. Nothing deployed turns a kill switch off: who does that signs in.
 */
export const STORE: readonly Grant[] = [
  {
    on: "table",
    actions: STORE_ACTIONS.filter((action) => action !== "dynamodb:DeleteItem"),
    why: "loads snapshots and books, and commits decisions in one transaction",
  },
];

/** What every function needs to be seen at all. */
export const PLATFORM: readonly Grant[] = [
  {
    on: "ownLog",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    why: "writes its own log, metrics among it",
  },
  {
    on: "traces",
    actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    why: "sends traces; X-Ray knows no resources",
  },
];
