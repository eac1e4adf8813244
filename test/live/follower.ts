import * as z from "zod";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { EventData, EventOf } from "../../core/events/catalogue.ts";
import { defineProfile, defineStrategy, enterLong, exit } from "../../core/index.ts";
import type { WatchOptions } from "../../core/strategy/watch.ts";

/** When the session of the tests opens, and minutes after it. */
export const OPEN = newYorkTimeMs("2024-07-01", "09:30");
/** A minute, ms. */
export const MINUTE = 60_000;
/** So many minutes after the open. */
export const at = (minutes: number) => OPEN + minutes * MINUTE;

/** Ten shares of AAA when a signal says so, with a stop so many dollars below the last close. */
export function follower({
  watch = {},
  stopBelow = 5,
}: {
  watch?: WatchOptions;
  stopBelow?: number;
}) {
  const strategy = defineStrategy({
    name: "follower",
    description: "Does what signals say",
    bars: "5m",
    params: z.object({}),
    state: z.object({}),
    indicators: () => ({}),
    onSignal: ({ signal, lastPrice }) => {
      const reason = signal.signalId;
      const stop = lastPrice - stopBelow;
      const intent = signal.action === "buy" ? enterLong({ stop, reason }) : exit({ reason });
      return { intents: [intent] };
    },
  });
  const sizing = { kind: "fixed-quantity", quantity: "10" } as const;
  return defineProfile(strategy, { name: "follower", universe: ["AAA"], sizing, watch });
}

/** A signal for it. */
export function signalEvent(
  id: string,
  data: Partial<EventData<"signal.received.v1">>,
  atMs: number,
): EventOf<"signal.received.v1"> {
  return {
    type: "signal.received.v1",
    id: `signal.${id}`,
    causationId: `signal.${id}`,
    eventTimeMs: atMs,
    receivedTimeMs: atMs,
    data: {
      signalId: id,
      profile: "follower",
      symbol: "AAA",
      action: "buy",
      price: null,
      quantity: null,
      maxQuantity: null,
      source: "tradingview",
      comment: "",
      expiresAtMs: atMs + 5 * MINUTE,
      ...data,
    },
  };
}
