import { decimal, textOf } from "../../core/domain/decimal.ts";
import type { EventOf } from "../../core/events/catalogue.ts";
import type { Sender } from "./authenticate.ts";
import { readMapped } from "./mapping.ts";
import { Refused } from "./problem.ts";
import type { WebhookProfile } from "./profiles.ts";
import { readTradingView } from "./tradingView.ts";
import { readTyped } from "./typed.ts";
import type { Wanted } from "./values.ts";

/** The signal event, as it is stored. */
export type SignalEvent = EventOf<"signal.received.v1">;

/** Reads the body of a sender by the format of its source. @throws Refused `invalid`. */
export function wantedBy({ source, fields }: Sender): Wanted {
  if (source.format === "signal") return readTyped(fields.values, source);
  if (source.format === "tradingview") return readTradingView(fields.values, source);
  return readMapped(fields, source.format, source);
}

/** What the secret of a source may not do is refused, even where the profile could do it. */
export function checkScope(
  { universe }: WebhookProfile,
  { source }: Sender,
  { symbol, action, quantity }: Wanted,
): void {
  const { symbols, actions, maxQuantity } = source.scope;
  if (symbols !== undefined && !symbols.includes(symbol)) {
    throw new Refused("forbidden", "expected a symbol of this secret's scope", "/symbol", symbol);
  }
  if (!universe.includes(symbol)) {
    throw new Refused("invalid", "expected a symbol of the profile's universe", "/symbol", symbol);
  }
  if (!actions.includes(action)) {
    throw new Refused("forbidden", "expected an action of this secret's scope", "/action", action);
  }
  if (maxQuantity !== undefined && quantity !== null && quantity > decimal(maxQuantity)) {
    const message = `expected at most ${maxQuantity}, the scope of this secret`;
    throw new Refused("forbidden", message, "/quantity", textOf(quantity));
  }
}

/** Makes the event. `sentMs` is when it was sent, by its sender's clock, or null. */
export function signalEvent(
  profile: WebhookProfile,
  { source }: Sender,
  wanted: Wanted,
  of: { readonly id: string; readonly sentMs: number | null; readonly nowMs: number },
  redact: (text: string) => string,
): SignalEvent {
  const { id, sentMs, nowMs } = of;
  const { maxQuantity } = source.scope;
  const latestMs = (sentMs ?? nowMs) + profile.expiresAfterMs;
  return {
    type: "signal.received.v1",
    id,
    eventTimeMs: Math.min(sentMs ?? nowMs, nowMs),
    receivedTimeMs: nowMs,
    causationId: id,
    data: {
      signalId: redact(wanted.id ?? id),
      profile: profile.name,
      symbol: wanted.symbol,
      action: wanted.action,
      price: wanted.price,
      quantity: wanted.quantity,
      maxQuantity: maxQuantity === undefined ? null : decimal(maxQuantity),
      source: source.name,
      comment: redact(wanted.comment),
      expiresAtMs: Math.min(wanted.expiresMs ?? latestMs, latestMs),
      ...(wanted.sequence ? { sequence: wanted.sequence } : {}),
      ...(wanted.leadsTo ? { leadsTo: wanted.leadsTo } : {}),
    },
  };
}

/** @throws Refused `stale` or `early`. */
export function checkTimes(
  { maxAgeMs, maxAheadMs }: WebhookProfile,
  { data }: SignalEvent,
  { sentMs, nowMs }: { readonly sentMs: number | null; readonly nowMs: number },
): void {
  if (sentMs !== null && nowMs - sentMs > maxAgeMs) {
    throw new Refused("stale", `expected to be sent within ${maxAgeMs} ms`, "/sentAt");
  }
  if (sentMs !== null && sentMs - nowMs > maxAheadMs) {
    throw new Refused("early", `expected at most ${maxAheadMs} ms ahead of our clock`, "/sentAt");
  }
  if (data.expiresAtMs <= nowMs) {
    throw new Refused("stale", "expected to expire in the future", "/expiresAt");
  }
}

/** Whether two events are the same signal: times apart, as a resend may have later ones. */
export function isSameSignal({ data: a }: SignalEvent, { data: b }: SignalEvent): boolean {
  return (
    a.profile === b.profile &&
    a.source === b.source &&
    a.symbol === b.symbol &&
    a.action === b.action &&
    a.price === b.price &&
    a.quantity === b.quantity &&
    a.comment === b.comment
  );
}
