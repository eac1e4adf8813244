import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS } from "../metrics/names.ts";
import type { WebhookLine } from "./call.ts";

/**
 * A line of the log as JSON, which no text can break out of. Calls without a valid secret are
 * counted too, by the embedded metric format: an alarm looks at their rate.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function logged(line: WebhookLine, stage: string, timeMs: number): string {
  const level = line.trouble === null ? "info" : "error";
  const base = { level, message: `${line.route} ${line.outcome}`, ...line };
  const isStranger = line.status === 401 || (line.status === 404 && line.profile !== null);
  if (!isStranger) return JSON.stringify(base);
  const name = METRICS.signalsUnauthorised;
  const metrics = [
    {
      Namespace: METRIC_NAMESPACE,
      Dimensions: [[METRIC_DIMENSION]],
      Metrics: [{ Name: name, Unit: "Count" }],
    },
  ];
  const counted = { [METRIC_DIMENSION]: stage, [name]: 1 };
  return JSON.stringify({
    ...base,
    ...counted,
    _aws: { Timestamp: timeMs, CloudWatchMetrics: metrics },
  });
}
