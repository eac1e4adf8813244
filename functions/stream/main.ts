import { randomUUID } from "node:crypto";
import { InputError } from "../../core/domain/errors.ts";
import { fenced } from "../../core/runtime/fenced.ts";
import { instrumentsOf } from "../../core/runtime/gatherer.ts";
import { Leadership } from "../../core/runtime/leadership.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { openBooks, openOrTell } from "../../core/runtime/open.ts";
import { baseOf } from "../../core/runtime/pollBars.ts";
import { STREAM_DEFAULTS, StreamHandler } from "../../core/runtime/streamHandler.ts";
import { StreamTask } from "../../core/runtime/streamTask.ts";
import type { ConnectionWorld } from "../alpaca/connection.ts";
import { feedOf } from "../alpaca/feed.ts";
import { systemSockets } from "../alpaca/sockets.ts";
import { systemTimers } from "../alpaca/timers.ts";
import { STREAM_LEASE } from "../deploy/names.ts";
import { type Deployed, fromEnvironment } from "../lambda/environment.ts";
import { count, logger, writeCounts } from "../lambda/observe.ts";
import { METRICS } from "../metrics/names.ts";
import { historyOf } from "../serve/history.ts";
import { alpacaLines } from "./alpacaLines.ts";
import { healthOf, serveHealth } from "./health.ts";
import { runTask, Waking } from "./run.ts";
import { turns } from "./turns.ts";

/** A leader that is silent for so long is replaced, ms: as long as nobody listens then. */
const TTL_MS = 15_000;

/** ECS kills what has not ended 35 s after SIGTERM. */
const DRAIN_WITHIN_MS = 30_000;

/** The heartbeat of who leads, once a minute. */
function beat(staleMs: number): void {
  count(METRICS.streamLeads, 1);
  count(METRICS.barsStale, Math.round(staleMs / 1_000));
  writeCounts();
}

/** The task of a stage, on the books in its table. */
function taskOf(
  { ports, needs, desks }: Deployed,
  world: ConnectionWorld,
  onNews: () => void,
): StreamTask {
  const { leases, clock } = ports;
  const holder = `${process.pid}.${randomUUID()}`;
  const leadership = new Leadership(leases, clock, { name: STREAM_LEASE, holder, ttlMs: TTL_MS });
  const store = fenced(ports.store, () => leadership.fence);
  // The ports read their clients as they are first asked for: they must not be copied.
  const held: LivePorts = Object.create(ports, { store: { value: store } });
  const { profiles } = needs;
  return new StreamTask({
    leadership,
    ports,
    async lead() {
      const nowMs = clock.nowMs();
      await openBooks(held.store, profiles);
      const base = baseOf(profiles);
      for (const profile of profiles) {
        const history = () => historyOf(held.marketData, profile, base, nowMs);
        await openOrTell(held, profile, history, nowMs);
      }
      const handler = new StreamHandler(held, {
        ...STREAM_DEFAULTS,
        profiles,
        wakes: true,
        turn: turns(),
        onNews,
      });
      const accounts = [...desks].map(([account, desk]) => ({ ...desk, account }));
      const symbols = instrumentsOf(profiles).map(({ symbol }) => symbol);
      const feed = feedOf(profiles);
      return { handler, lines: alpacaLines({ accounts, symbols, feed }, handler, world) };
    },
  });
}

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const port = Number(env.HEALTH_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InputError(`HEALTH_PORT: expected a port, got ${env.HEALTH_PORT ?? "none"}`);
  }
  const deployed = await fromEnvironment(env);
  const { clock } = deployed.ports;
  const world: ConnectionWorld = {
    clock,
    timers: systemTimers,
    random: Math.random,
    sockets: systemSockets,
    onFault: ({ message }) => logger.warn(message),
  };
  const wake = new Waking();
  const task = taskOf(deployed, world, () => wake.now());
  const stop = new AbortController();
  const end = () => {
    logger.info("was told to stop");
    stop.abort();
    // Whatever hangs is cut off: the journal and the lease's end are what a successor needs.
    setTimeout(() => process.exit(1), DRAIN_WITHIN_MS).unref();
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
  let steppedMs = clock.nowMs();
  const health = await serveHealth(port, () => healthOf(task, steppedMs, clock.nowMs()));
  const ended = await runTask(
    task,
    {
      log: (line) => logger.info(line),
      beat,
      wake,
      stepped: () => {
        steppedMs = clock.nowMs();
      },
    },
    stop.signal,
  );
  health.close();
  logger.info(ended === "lost" ? "another task leads: this one ends" : "drained");
  process.exitCode = ended === "lost" ? 1 : 0;
  // Sockets of clients that are kept alive would hold the process for minutes.
  setTimeout(() => process.exit(), 1_000).unref();
}

main(process.env).catch((error: unknown) => {
  logger.critical("did not start", error instanceof Error ? error : String(error));
  process.exit(1);
});
