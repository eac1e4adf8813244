import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS, type MetricName } from "../metrics/names.ts";
import type { WebhookLine } from "./call.ts";

/**
 * A line of the log as JSON, which no text can break out of. Calls without a valid secret, and
 * kill switches that were turned on, are counted too, by the embedded metric format: alarms look
 * at them. Powertools writes the same for all other functions; here it would make a cold start a
 * third longer.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function logged(line: WebhookLine, stage: string, timeMs: number): string {
  const level = line.trouble === null ? "info" : "error";
  const base = { level, message: `${line.route} ${line.outcome}`, ...line };
  const name = metricOf(line);
  if (name === null) return JSON.stringify(base);
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

function metricOf({ status, profile, outcome }: WebhookLine): MetricName | null {
  if (outcome === "killed") return METRICS.switchesOn;
  const isStranger = status === 401 || (status === 404 && profile !== null);
  return isStranger ? METRICS.signalsUnauthorised : null;
}
