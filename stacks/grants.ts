import type { STORE_ACTIONS } from "../functions/dynamo/client.ts";

/** What a role may be allowed to touch. */
export type Resource =
  | "table"
  | "tableStream"
  | "bus"
  | "dead"
  | "executeQueue"
  | "venueSecret"
  | "webhookSecret"
  | "notifySecret"
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
  /** `aws` where AWS or its tools act in its name; else its own code does. */
  readonly by?: "aws";
}

type StoreAction = (typeof STORE_ACTIONS)[number];

/**
 * What the store, leases and switches of functions/dynamo ask of the table in one entry point. A
 * transaction of puts is allowed by PutItem. Nothing deployed deletes, as that would turn a kill
 * switch off: who does that signs in.
 */
export function onTable(
  actions: readonly Exclude<StoreAction, "dynamodb:DeleteItem">[],
  why: string,
): Grant {
  return { on: "table", actions, why };
}

/** Loads by key, commits, and looks for what happened to an order, or for kill switches. */
export const LOOKS_COMMITS = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"] as const;

/** What every function needs to be seen at all. */
export const PLATFORM: readonly Grant[] = [
  {
    on: "ownLog",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    why: "writes its own log, metrics among it",
    by: "aws",
  },
  {
    on: "traces",
    actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    why: "sends traces; X-Ray knows no resources",
    by: "aws",
  },
];
