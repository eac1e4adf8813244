import { randomUUID } from "node:crypto";
import { InputError } from "../../core/domain/errors.ts";
import { iso } from "../../core/domain/time.ts";
import type { Notifier } from "../../core/ports/notifier.ts";
import type { VenueAccount } from "../../core/ports/venueAccount.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import type { Recording } from "../../core/runtime/recording.ts";
import { Timetable } from "../../core/runtime/timetable.ts";
import type { VenueConfig } from "../../core/simulation/config.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { tradersOf } from "../../core/strategy/shadowed.ts";
import type { AlpacaVenue } from "../alpaca/alpacaVenue.ts";
import { connectAlpaca } from "../alpaca/connect.ts";
import { createExchange } from "../exchange/exchange.ts";
import type { LocalStore } from "../localStore/localStore.ts";
import { localPorts } from "./parts.ts";
import { playMarket } from "./playback.ts";
import { bringBack, type RequestLog, sendingTo } from "./requestLog.ts";
import { type Rhythm, Server } from "./server.ts";

/** A recorded stretch of time, and who trades in it. */
export interface RecordedRequest {
  /** Profiles of one account. */
  readonly profiles: readonly CompiledProfile[];
  readonly recording: Recording;
  readonly models: Omit<VenueConfig, "account">;
  readonly store: LocalStore;
  readonly notifier: Notifier;
  /** Brings the exchange back as it was when the process before ended; without it, it is fresh. */
  readonly requests?: RequestLog | undefined;
  log(line: string): void;
}

/** On a virtual clock bars are there at their close, and the exchange tells of orders by itself. */
const RECORDED: Rhythm = {
  barsAfterMs: 0,
  resolveEveryMs: 60_000,
  updatesEveryMs: 0,
  reconcileEveryMs: 3_600_000,
  deadlineMs: Number.MAX_SAFE_INTEGER,
};

/** The exchange is our own: its clock is not the machine's. */
const UNLIMITED = { requests: 1_000_000_000, windowMs: 60_000 };

/** A market that stands still until it is played, and the server that trades in it. */
export interface RecordedMarket {
  readonly account: string;
  /** Starts a server on a store; again after a stop, it goes on where the books are. */
  start(store: LocalStore): Promise<Server>;
  /** The account as the exchange has it, asked over its API, once a server was started. */
  venue(): VenueAccount;
  /** Plays on until a time, UTC ms; answers how many moments there were. */
  play(server: Server, toMs: number): Promise<number>;
}

/** Sets up the exchange of a recording, in this process. */
export function recordedMarket(request: RecordedRequest): RecordedMarket {
  const { profiles, recording, models, notifier, requests, log } = request;
  const [first] = profiles;
  if (first === undefined) throw new InputError("expected a profile to serve, got none");
  const account = first.account.name;
  const cash = tradersOf(profiles).reduce((sum, one) => sum + one.account.cash, 0n);
  const openMs = Math.min(...recording.feeds.map(({ columns }) => columns.openTimeMs[0] ?? 0));
  const fromMs = Math.max(recording.fromMs, openMs);
  const { feeds, actions } = recording;
  const beganMs = requests?.fromMs ?? fromMs;
  const exchange = createExchange({ feeds, actions, cash, fromMs: beganMs, ...models });
  const clock = { nowMs: () => exchange.nowMs };
  const secret = randomUUID();
  const timetable = new Timetable(profiles, fromMs - 1);
  const signals = new Signals(recording.signals.filter((one) => one.receivedTimeMs >= fromMs));
  let started: { readonly venue: AlpacaVenue; readonly ports: LivePorts } | undefined;
  const desk = () => {
    if (started === undefined) throw new InputError("expected a started server, got none");
    return started;
  };
  const wasThereMs = requests?.past.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
  const goesOn = wasThereMs > Number.NEGATIVE_INFINITY;
  let isBack = !goesOn;
  let unheard = () => {};
  return {
    account,
    async start(store) {
      if (!isBack) await bringBack(exchange, requests?.past ?? [], fromMs);
      isBack = true;
      // Books that are ahead of the exchange would hold what it does not know of.
      unheard();
      unheard = exchange.subscribe(() => requests?.reach(exchange.nowMs));
      const { venue, data: marketData } = connectAlpaca({
        keyId: "recorded",
        secret,
        fetchApi: sendingTo(exchange, requests),
        clock,
        known: async () => store.book(account)?.value.orders ?? [],
        fees: models.fees,
        limit: UNLIMITED,
      });
      const parts = { profiles, store, clock, marketData, notifier, venue: () => venue };
      const ports = localPorts(parts, fromMs);
      started = { venue, ports };
      if (goesOn) log(`the exchange goes on at ${iso(exchange.nowMs)}`);
      // The bars of the moment at which the process before ended may not have been taken in.
      const over = { barsMs: exchange.nowMs - (goesOn ? 1 : 0), schedulesMs: exchange.nowMs - 1 };
      return Server.start({ ports, outbox: store, profiles, rhythm: RECORDED, over, log });
    },
    venue: () => desk().venue,
    async play(server, toMs) {
      const { venue, ports } = desk();
      const player = {
        report: server.report.bind(server),
        step: async () => {
          await server.step();
          for (const one of signals.due(exchange.nowMs)) {
            await server.between(async () => void (await ingest(ports.store, one)));
          }
          timetable.due(exchange.nowMs);
        },
        nextMs: () => Math.min(timetable.nextMs, signals.nextMs),
      };
      if (goesOn) await player.step();
      // What is over here was played before; a stretch without data is an error, as ever.
      const isOver = goesOn && wasThereMs > fromMs && exchange.nextMs > toMs;
      const moments = isOver ? 0 : await playMarket([{ account, exchange, venue }], player, toMs);
      requests?.reach(exchange.nowMs);
      return moments;
    },
  };
}

/** Recorded signals that are still to come, ascending. */
class Signals {
  private readonly all: Recording["signals"];
  private next = 0;

  constructor(all: Recording["signals"]) {
    this.all = all;
  }

  get nextMs(): number {
    return this.all[this.next]?.receivedTimeMs ?? Number.POSITIVE_INFINITY;
  }

  /** Those that were received up to a time, each once. */
  due(timeMs: number): Recording["signals"] {
    const first = this.next;
    while (this.nextMs <= timeMs) this.next += 1;
    return this.all.slice(first, this.next);
  }
}
