import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Notifier } from "../../core/ports/notifier.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from "../metrics/names.ts";

/** The log of a function, as JSON that no text can break out of; its name is the stack's. */
export const logger = new Logger();

const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
// Powertools would add the function's name: a metric is charged by each value of its dimensions.
metrics.clearDefaultDimensions();
metrics.setDefaultDimensions({ [METRIC_DIMENSION]: process.env.STAGE ?? "none" });

/** Adds to a metric that is written next. Zeros are not written, as they cost as much as ones. */
export function count(name: MetricName, value: number): void {
  if (value > 0) metrics.addMetric(name, MetricUnit.Count, value);
}

/** Writes what was counted: a long-lived task has no end at which that would be done for it. */
export function writeCounts(): void {
  // Without any, Powertools would warn in every invocation.
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** Lambda's second argument, as far as it is logged. */
type Context = Parameters<typeof logger.addContext>[0];

/**
 * A handler whose failures are logged with name, words and place, and whose metrics are written
 * whether it fails or not. What it answers is logged at level DEBUG.
 */
export function observed<T>(
  handler: (payload: unknown) => Promise<T>,
): (payload: unknown, context?: Context) => Promise<T> {
  return async (payload, context) => {
    if (context !== undefined) logger.addContext(context);
    try {
      const answer = await handler(payload);
      logger.debug("done", { answer });
      return answer;
    } catch (error) {
      logger.error("failed", error instanceof Error ? error : String(error));
      throw error;
    } finally {
      writeCounts();
    }
  };
}

/** How often the same is told again while it lasts, ms. */
const AGAIN_MS = 3_600_000;

/**
 * Notices go to the log and, as the bus tells a person of events (stacks/notices.ts), into the
 * journal, where none there says the same. What is only good to know stays in the log.
 */
export function tellingNotifier({
  store,
  journal,
}: Pick<LivePorts, "store" | "journal">): Notifier {
  return {
    async notify(notice) {
      await loggingNotifier.notify(notice);
      const { key, severity, title, text, timeMs } = notice;
      if (severity === "info") return;
      try {
        if ((await journal.event(key)) !== undefined) return;
        const id = `notice.${key}.${Math.floor(timeMs / AGAIN_MS)}`;
        const times = { eventTimeMs: timeMs, receivedTimeMs: timeMs, causationId: id };
        const data = { severity, title, text };
        await ingest(store, { type: "notice.given.v1", id, ...times, data });
      } catch (error) {
        // It is in the log, and trouble in telling must not stop what told.
        logger.error("not told", error instanceof Error ? error : String(error));
      }
    },
  };
}

/** Notices to the log alone. */
export const loggingNotifier: Notifier = {
  async notify({ severity, title, text, key }) {
    if (severity === "info") logger.info(title, { notice: { severity, text, key } });
    else logger.warn(title, { notice: { severity, text, key } });
  },
};
