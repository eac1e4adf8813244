import { InputError, TransientError } from "../../core/domain/errors.ts";
import type { Notifier } from "../../core/ports/notifier.ts";
import { EXECUTE_DEFAULTS, type ExecuteOptions } from "../../core/runtime/executeHandler.ts";
import { instrumentsOf } from "../../core/runtime/gatherer.ts";
import type { Leadership } from "../../core/runtime/leadership.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { STREAM_DEFAULTS, StreamHandler } from "../../core/runtime/streamHandler.ts";
import { StreamTask } from "../../core/runtime/streamTask.ts";
import { compareClocks } from "../../core/runtime/venueHours.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { type AlpacaAccount, connectAlpaca } from "../alpaca/connect.ts";
import { feedOf } from "../alpaca/feed.ts";
import type { RateLimit } from "../alpaca/rateLimiter.ts";
import { systemSockets } from "../alpaca/sockets.ts";
import { systemTimers } from "../alpaca/timers.ts";
import type { LocalStore } from "../localStore/localStore.ts";
import { alpacaLines } from "../stream/alpacaLines.ts";
import { type Runs, runTask, Waking } from "../stream/run.ts";
import { systemClock, VenueClock } from "./clocks.ts";
import { folderOf } from "./hold.ts";
import { localPorts } from "./parts.ts";
import { Server, STREAMED } from "./server.ts";

/** An account at Alpaca's paper host, or at an exchange of one's own. */
export interface LiveRequest {
  readonly profiles: readonly CompiledProfile[];
  readonly store: LocalStore;
  readonly keyId: string;
  readonly secret: string;
  /** A local exchange, which has a clock of its own; Alpaca's paper host when left out. */
  readonly baseUrl?: string | undefined;
  readonly notifier: Notifier;
  /** Where signals are taken in; nowhere when left out. */
  readonly webhook?: SignalDoor | undefined;
  /** How orders are sent; several at a time when left out. */
  readonly execute?: ExecuteOptions | undefined;
  /** Requests a window; Alpaca's 200 a minute when left out. */
  readonly limit?: RateLimit | undefined;
  log(line: string): void;
}

/** The webhook of a server of one machine. */
export interface SignalDoor {
  readonly port: number;
  /** The one or two valid secrets by name: `profile/source`, or `kill`. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
}

/**
 * Trades on paper until it is told to stop, as the stream task does: bars and trade updates come
 * over sockets, and are asked for over REST while those are down. A folder that another server
 * writes is waited for. Trouble that passes is logged, and the same step is tried again later.
 * @throws InputError where the profiles trade in more than one account.
 */
export async function trade(request: LiveRequest, stopped: AbortSignal): Promise<void> {
  const { store, log } = request;
  const account = accountOf(request);
  const folder = await folderOf(store);
  const desk = await deskOf(request, account);
  const { clock } = desk;
  const wake = new Waking();
  const made: { led?: Led; door?: Awaited<ReturnType<typeof openDoor>> } = {};
  const task = new StreamTask({
    leadership: folder,
    ports: { clock },
    async lead() {
      // What was opened stays open where something after it has to be tried again.
      made.led ??= await serverOf(request, folder, desk);
      made.door ??= await openDoor(request, made.led.ports);
      const handler = handlerOf(request, made.led, () => wake.now());
      return { handler, lines: linesOf(request, account, desk, handler) };
    },
  });
  const runs: Runs = {
    get handler() {
      return task.handler;
    },
    async step() {
      await clock.refresh();
      const standing = await task.step();
      if (standing !== "stands-by" && standing !== "lost") await made.led?.server.step();
      return standing;
    },
    renew: () => task.renew(),
    stop: () => task.stop(),
  };
  const says = (line: string) => log(line === "stands by" ? STANDS_BY : line);
  const ended = await runTask(runs, { log: says, wake }, stopped);
  await made.door?.close();
  if (ended === "lost") throw new InputError("--store: another server has taken the folder over");
}

/** Orders of other instruments do not wait for each other's answers. */
const SEVERAL: ExecuteOptions = { ...EXECUTE_DEFAULTS, concurrency: 8 };

const STANDS_BY = "another server writes this folder: this one stands by until that one ends";

interface LiveDesk extends AlpacaAccount {
  readonly clock: typeof systemClock | VenueClock;
}

function accountOf({ profiles }: LiveRequest): string {
  const accounts = [...new Set(profiles.map(({ account }) => account.name))];
  const [account] = accounts;
  if (account !== undefined && accounts.length === 1) return account;
  throw new InputError(
    `account: expected profiles of one account, as there is one key, got ${accounts.join(", ")}`,
  );
}

async function deskOf(request: LiveRequest, account: string): Promise<LiveDesk> {
  const { store, keyId, secret, baseUrl, limit } = request;
  const clock = baseUrl === undefined ? systemClock : new VenueClock(baseUrl, keyId, secret);
  await patiently(() => clock.refresh());
  const known = async () => store.book(account)?.value.orders ?? [];
  // Requests are paced by real time, also where the venue's own runs faster.
  const feed = feedOf(request.profiles);
  const paced = { keyId, secret, baseUrl, clock: systemClock, known, feed };
  return { ...connectAlpaca(limit === undefined ? paced : { ...paced, limit }), clock };
}

/** Tries again what a venue was too busy for: a server that starts must not fall over it. */
async function patiently(run: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof TransientError) || attempt >= MOST_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
    }
  }
}

const MOST_ATTEMPTS = 60;

interface Led {
  readonly ports: LivePorts;
  readonly server: Server;
}

async function serverOf(request: LiveRequest, folder: Leadership, desk: LiveDesk): Promise<Led> {
  const { profiles, store, notifier, log } = request;
  const { clock, data: marketData } = desk;
  const venue = () => desk.venue;
  const fence = () => folder.fence;
  const parts = { profiles, store, fence, clock, marketData, notifier, venue };
  const ports = localPorts(parts, clock.nowMs() - 5 * 60_000);
  // A local exchange is its own clock.
  if (request.baseUrl === undefined) await patiently(async () => void (await compareClocks(ports)));
  const rhythm = STREAMED;
  const { execute = SEVERAL } = request;
  const options = { ports, outbox: store, profiles, rhythm, streams: true, execute, log };
  return { ports, server: await Server.start(options) };
}

function handlerOf({ profiles }: LiveRequest, { ports, server }: Led, onNews: () => void) {
  const turn = (run: () => Promise<void>) => server.between(run);
  return new StreamHandler(ports, { ...STREAM_DEFAULTS, profiles, turn, onNews });
}

function linesOf(request: LiveRequest, account: string, desk: LiveDesk, handler: StreamHandler) {
  const { profiles, keyId, secret, baseUrl, log } = request;
  const { venue, clock } = desk;
  const accounts = [{ account, keyId, secret, mode: "paper" as const, venue, baseUrl }];
  const symbols = instrumentsOf(profiles).map(({ symbol }) => symbol);
  return alpacaLines({ accounts, symbols, feed: feedOf(profiles) }, handler, {
    clock,
    timers: systemTimers,
    random: Math.random,
    sockets: systemSockets,
    onFault: ({ message }) => log(`line: ${message}`),
  });
}

/** Signals go into the journal as they come; the next step decides on them. */
async function openDoor({ webhook, profiles, log }: LiveRequest, ports: LivePorts) {
  if (webhook === undefined) return null;
  const { listen } = await import("../webhook/node.ts");
  const { webhookProfiles } = await import("../webhook/profiles.ts");
  const { store, journal, switches, clock } = ports;
  const door = await listen(
    {
      profiles: new Map(webhookProfiles(profiles).map((one) => [one.name, one])),
      secrets: { secretsOf: (name) => webhook.secrets[name] ?? [] },
      store,
      journal,
      switches,
      clock,
      log: (line) => log(`webhook: ${line.route} ${line.outcome} ${line.status}`),
    },
    { port: webhook.port, host: "127.0.0.1" },
  );
  log(`signals are taken in at ${door.url}/signals/PROFILE`);
  return door;
}
