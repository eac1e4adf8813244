import { InputError } from "../../core/domain/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Notifier } from "../../core/ports/notifier.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { connectAlpaca } from "../alpaca/connect.ts";
import type { LocalStore } from "../localStore/localStore.ts";
import { localPorts } from "./parts.ts";
import { Server } from "./server.ts";

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
  log(line: string): void;
}

/** The webhook of a server of one machine. */
export interface SignalDoor {
  readonly port: number;
  /** The one or two valid secrets by name: `profile/source`, or `kill`. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
}

/** How often the clock is looked at, ms. */
const STEP_MS = 250;

/** Longest pause after trouble, ms. */
const LONGEST_PAUSE_MS = 30_000;

/**
 * Trades on paper until it is told to stop: bars and updates are asked for over REST, in step with
 * the venue's clock. Trouble that passes is logged, and the same step is tried again later.
 * @throws InputError where the profiles trade in more than one account.
 */
export async function trade(request: LiveRequest, stopped: AbortSignal): Promise<void> {
  const { profiles, store, keyId, secret, baseUrl, notifier, log } = request;
  const accounts = [...new Set(profiles.map(({ account }) => account.name))];
  const [account] = accounts;
  if (account === undefined || accounts.length > 1) {
    throw new InputError(
      `account: expected profiles of one account, as there is one key, got ${accounts.join(", ")}`,
    );
  }
  const clock = baseUrl === undefined ? systemClock : new VenueClock(baseUrl, keyId, secret);
  await clock.refresh();
  const known = async () => store.book(account)?.value.orders ?? [];
  // Requests are paced by real time, also where the venue's own runs faster.
  const desk = connectAlpaca({ keyId, secret, baseUrl, clock: systemClock, known });
  const venue = () => desk.venue;
  const parts = { profiles, store, clock, marketData: desk.data, notifier, venue };
  const ports = localPorts(parts, clock.nowMs() - 5 * 60_000);
  const server = await Server.start({ ports, outbox: store, profiles, log });
  const door = await openDoor(request, ports);
  for (let failures = 0; !stopped.aborted; ) {
    try {
      await clock.refresh();
      await server.step();
      failures = 0;
    } catch (error) {
      failures += 1;
      log(`trouble: ${error instanceof Error ? error.message : String(error)}`);
    }
    await pause(Math.min(STEP_MS * 2 ** failures, LONGEST_PAUSE_MS), stopped);
  }
  await door?.close();
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

const systemClock = {
  nowMs: () => Date.now(),
  refresh: async () => {},
};

/** The clock of a local exchange: its time is the market's, and need not be ours. */
class VenueClock implements Clock {
  private readonly url: string;
  private readonly headers: Readonly<Record<string, string>>;
  private atMs = 0;

  constructor(baseUrl: string, keyId: string, secret: string) {
    this.url = new URL("/v2/clock", baseUrl).href;
    this.headers = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": secret };
  }

  nowMs(): number {
    return this.atMs;
  }

  async refresh(): Promise<void> {
    const reply = await fetch(this.url, { headers: this.headers });
    const body: unknown = await reply.json();
    const stamp = typeof body === "object" && body !== null && "timestamp" in body;
    const atMs = stamp ? Date.parse(String(body.timestamp)) : Number.NaN;
    if (Number.isNaN(atMs)) {
      throw new InputError(`clock: expected a timestamp of ${this.url}, got ${reply.status}`);
    }
    this.atMs = atMs;
  }
}

function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      stopped.removeEventListener("abort", done);
      resolve();
    }
    stopped.addEventListener("abort", done);
  });
}
