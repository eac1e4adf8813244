import type { Clock } from "../../core/ports/clock.ts";
import type { Store } from "../../core/ports/store.ts";
import type { FeeModel } from "../../core/simulation/fees.ts";
import { AlpacaData } from "../alpaca/alpacaData.ts";
import { AlpacaVenue } from "../alpaca/alpacaVenue.ts";
import { type AlpacaSettings, alpacaClient } from "../alpaca/clientOptions.ts";
import { Gateway } from "../alpaca/gateway.ts";
import { ALPACA_LIMIT, type RateLimit, rateLimiter } from "../alpaca/rateLimiter.ts";
import { systemTimers } from "../alpaca/timers.ts";

/** One account at Alpaca, or at an exchange that speaks as Alpaca does. */
export interface AlpacaDesk {
  readonly venue: AlpacaVenue;
  readonly marketData: AlpacaData;
}

/** How an account is reached. */
export interface DeskSettings {
  /** Name of the account in our books. */
  readonly account: string;
  readonly client: AlpacaSettings;
  readonly store: Store;
  /** Paces requests: the machine's own time, also where the market's is virtual. */
  readonly clock: Clock;
  readonly limit?: RateLimit;
  readonly fees?: FeeModel;
  readonly feed?: "iex" | "sip";
}

/** Builds the adapters of an account around one client and its limits. */
export function alpacaDesk(settings: DeskSettings): AlpacaDesk {
  const { account, clock, store, fees, feed = "iex", limit = ALPACA_LIMIT } = settings;
  const client = alpacaClient(settings.client);
  const trading = rateLimiter(limit, clock, systemTimers);
  const data = rateLimiter(limit, clock, systemTimers);
  const known = async () => (await store.book(account))?.value.orders ?? [];
  return {
    venue: new AlpacaVenue(new Gateway(client, trading), {
      known,
      ...(fees === undefined ? {} : { fees }),
    }),
    marketData: new AlpacaData(client, { trading, data }, { feed }),
  };
}
