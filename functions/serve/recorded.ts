import { randomUUID } from "node:crypto";
import { InputError } from "../../core/domain/errors.ts";
import type { Notifier } from "../../core/ports/notifier.ts";
import type { VenueAccount } from "../../core/ports/venueAccount.ts";
import type { Recording } from "../../core/runtime/recording.ts";
import { Timetable } from "../../core/runtime/timetable.ts";
import type { VenueConfig } from "../../core/simulation/config.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { tradersOf } from "../../core/strategy/shadowed.ts";
import { connectAlpaca } from "../alpaca/connect.ts";
import { createExchange } from "../exchange/exchange.ts";
import type { LocalStore } from "../localStore/localStore.ts";
import { localPorts } from "./parts.ts";
import { playMarket } from "./playback.ts";
import { type Rhythm, Server } from "./server.ts";

/** A recorded stretch of time, and who trades in it. */
export interface RecordedRequest {
  /** Profiles of one account. */
  readonly profiles: readonly CompiledProfile[];
  readonly recording: Recording;
  readonly models: Omit<VenueConfig, "account">;
  readonly store: LocalStore;
  readonly notifier: Notifier;
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
  const { profiles, recording, models, notifier, log } = request;
  const [first] = profiles;
  if (first === undefined) throw new InputError("expected a profile to serve, got none");
  const account = first.account.name;
  const cash = tradersOf(profiles).reduce((sum, one) => sum + one.account.cash, 0n);
  const openMs = Math.min(...recording.feeds.map(({ columns }) => columns.openTimeMs[0] ?? 0));
  const fromMs = Math.max(recording.fromMs, openMs);
  const exchange = createExchange({ feeds: recording.feeds, cash, fromMs, ...models });
  const clock = { nowMs: () => exchange.nowMs };
  const secret = randomUUID();
  const timetable = new Timetable(profiles, fromMs - 1);
  let connected: ReturnType<typeof connectAlpaca> | undefined;
  const desk = () => {
    if (connected === undefined) throw new InputError("expected a started server, got none");
    return connected;
  };
  return {
    account,
    async start(store) {
      const known = async () => store.book(account)?.value.orders ?? [];
      const made = connectAlpaca({
        keyId: "recorded",
        secret,
        fetchApi: (url, init) => exchange.fetch(new Request(url, init)),
        clock,
        known,
        fees: models.fees,
        limit: UNLIMITED,
      });
      connected = made;
      const venue = () => made.venue;
      const parts = { profiles, store, clock, marketData: made.data, notifier, venue };
      const ports = localPorts(parts, fromMs);
      return Server.start({ ports, outbox: store, profiles, rhythm: RECORDED, log });
    },
    venue: () => desk().venue,
    play(server, toMs) {
      const player = {
        report: server.report.bind(server),
        step: async () => {
          await server.step();
          timetable.due(exchange.nowMs);
        },
        nextMs: () => timetable.nextMs,
      };
      return playMarket([{ account, exchange, venue: desk().venue }], player, toMs);
    },
  };
}
