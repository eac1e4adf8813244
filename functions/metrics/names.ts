/** Namespace of every metric: written in logs by the embedded metric format, read by alarms. */
export const METRIC_NAMESPACE = "Bellwether";

/** The one dimension of every metric: more would multiply what metrics cost. */
export const METRIC_DIMENSION = "stage";

/**
 * What is measured, by the name under which code counts and alarms look. CloudWatch charges a
 * metric by name and dimension for the hours in which it is written, so zeros are not written.
 * What is an event already (missed jobs, drift, a halt) is told from the bus: stacks/notices.ts.
 */
export const METRICS = {
  /** How long no bar has come in session, where minutes are overdue. Seconds. */
  barsStale: "BarsStale",
  /** Orders that our own risk refused. Count. */
  ordersDenied: "OrdersDenied",
  /** Webhook calls without a valid secret. Count. */
  signalsUnauthorised: "SignalsUnauthorised",
  /** Kill switches that are on, at each look. Count. */
  switchesOn: "SwitchesOn",
  /** 1 a minute from the stream task that holds the lease. */
  streamLeads: "StreamLeads",
} as const;

/** Name of a metric as CloudWatch has it. */
export type MetricName = (typeof METRICS)[keyof typeof METRICS];
