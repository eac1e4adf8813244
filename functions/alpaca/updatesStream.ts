import { streaming } from "@alpacahq/alpaca-trade-api";
import type { VenueReport } from "../../core/ports/venue.ts";
import type { UpdatesListener } from "../../core/ports/venueAccount.ts";
import type { AlpacaVenue } from "./alpacaVenue.ts";
import { Connection, type ConnectionWorld, type Feed } from "./connection.ts";
import { reportsOfUpdate } from "./reports.ts";
import { wireUpdate } from "./wire.ts";

/** Keys of the account, and where its stream is. */
export interface StreamSettings {
  readonly keyId: string;
  readonly secret: string;
  /** Where a local exchange has its stream; Alpaca's own when left out. */
  readonly url?: string | undefined;
  /** How often the library pings the server, ms; 0 for never. Default 10 s. */
  readonly pingIntervalMs?: number;
}

/** The stream of an account's trade updates. */
export interface UpdatesStream {
  /** Starts; everything from `sinceMs` on is asked for as the first gap. */
  start(sinceMs: number): void;
  stop(): Promise<void>;
}

/**
 * Follows an account's orders. Each report is handed on in turn, and only when the one before it
 * was handled; `venue` names the orders, as legs of brackets come under ids of Alpaca's own.
 */
export function updatesStream(
  settings: StreamSettings & { readonly mode?: "paper" | "live" },
  venue: Pick<AlpacaVenue, "names" | "termsOf">,
  listener: UpdatesListener,
  world: ConnectionWorld,
): UpdatesStream {
  const { keyId, secret, mode, pingIntervalMs = 10_000 } = settings;
  const home = mode === "live" ? streaming.TRADING_STREAM_LIVE : streaming.TRADING_STREAM_PAPER;
  const url = settings.url ?? home;
  const handle = async (message: unknown) => {
    for (const report of await readUpdate(message, venue)) await listener.onReport(report);
  };
  const feed: Feed<streaming.TradingStream> = {
    url,
    keyId,
    open(sockets) {
      const credentials = { keyId, secret };
      const client = new streaming.TradingStream({
        credentials,
        url,
        pingIntervalMs,
        reconnect: false,
        wsFactory: sockets,
      });
      client.onTradeUpdate((update) => connection.deliver(client, () => handle(update)));
      client.subscribeTradeUpdates();
      return client;
    },
    confirms: () => true,
    // To listen again to what is listened to already is answered, and changes nothing.
    probe: (client) => client.subscribeTradeUpdates(),
  };
  const connection = new Connection(feed, world, listener);
  return {
    start: (sinceMs) => connection.start(sinceMs),
    stop: () => connection.stop(),
  };
}

/** What one message of the stream says of our orders. @throws ZodError for another shape. */
export async function readUpdate(
  message: unknown,
  venue: Pick<AlpacaVenue, "names" | "termsOf">,
): Promise<readonly VenueReport[]> {
  const update = wireUpdate.parse(message);
  const orderId = await venue.names.nameOf(update.order);
  const terms = await venue.termsOf(update.order, orderId);
  return reportsOfUpdate(update, terms);
}
