import type { Clock } from "../../core/ports/clock.ts";
import { AlpacaData, type AlpacaFeed } from "./alpacaData.ts";
import { AlpacaVenue, type AlpacaVenueOptions } from "./alpacaVenue.ts";
import { type AlpacaSettings, alpacaClient } from "./clientOptions.ts";
import { Gateway } from "./gateway.ts";
import { ALPACA_LIMIT, type RateLimit, rateLimiter } from "./rateLimiter.ts";
import { systemTimers, type Timers } from "./timers.ts";

/** How an account at Alpaca is reached, and what time it goes by. */
export interface AlpacaConnection extends AlpacaSettings, AlpacaVenueOptions {
  readonly clock: Clock;
  readonly timers?: Timers;
  readonly feed?: AlpacaFeed;
  /** Requests a window of each host; Alpaca's 200 a minute when left out. */
  readonly limit?: RateLimit;
}

/** An account at Alpaca: everything that goes over REST. Streams are opened apart. */
export interface AlpacaAccount {
  readonly venue: AlpacaVenue;
  readonly data: AlpacaData;
  /** The id that the venue gives to the account of these keys: what `allowLive` compares. */
  id(): Promise<string>;
}

/**
 * Puts the adapter together: one client, and one limiter a host that everything shares. It loads
 * neither sockets nor msgpack, so that a function which only sends orders starts the sooner.
 */
export function connectAlpaca(connection: AlpacaConnection): AlpacaAccount {
  const { clock, timers = systemTimers, limit = ALPACA_LIMIT, feed = "iex" } = connection;
  const client = alpacaClient(connection);
  const trading = rateLimiter(limit, clock, timers);
  const gateway = new Gateway(client, trading);
  return {
    venue: new AlpacaVenue(gateway, connection),
    data: new AlpacaData(client, { trading, data: rateLimiter(limit, clock, timers) }, { feed }),
    id: async () => (await gateway.account()).id,
  };
}
