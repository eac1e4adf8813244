import type { Calendar } from "../domain/calendar/calendar.ts";
import type { Bar } from "../domain/market.ts";
import type { OrderRequest } from "../domain/order.ts";

/** The end of day orders that are sent at certain times: it is asked for with every order. */
export interface DayEnd {
  /** Orders from this time on, up to before the other, end at `endMs`, UTC ms. */
  fromMs: number;
  beforeMs: number;
  endMs: number;
}

/** As {@link expiryOf}, remembering the session of day orders, whose search is dear. */
export function rememberedExpiry(
  request: OrderRequest,
  calendar: Calendar,
  known: DayEnd,
  nowMs: number,
): number {
  if (request.timeInForce !== "day" || request.extendedHours) {
    return expiryOf(request, calendar, nowMs);
  }
  if (nowMs >= known.fromMs && nowMs < known.beforeMs) return known.endMs;
  known.endMs = expiryOf(request, calendar, nowMs);
  known.fromMs = nowMs;
  // Its session ends a moment before day orders do, and those sent then are for the next one.
  known.beforeMs = known.endMs - 1;
  return known.endMs;
}

/**
 * When an order ends by itself, UTC ms. A day order sent outside of a session is for the next one,
 * as at Alpaca, but in the evening one for extended hours is for what is left of them; auction
 * orders live as long as the session whose auction they wait for.
 */
export function expiryOf(request: OrderRequest, calendar: Calendar, nowMs: number): number {
  switch (request.timeInForce) {
    case "gtc":
      return Number.POSITIVE_INFINITY;
    case "gtd":
      return request.expiresAtMs ?? Number.POSITIVE_INFINITY;
    case "opg":
      return calendar.nextSession(nowMs - 1).closeTimeMs + 1;
    default: {
      const { extendedHours } = request;
      const evening = extendedHours ? eveningAt(calendar, nowMs) : null;
      const session = calendar.sessionAt(nowMs) ?? evening ?? calendar.nextSession(nowMs - 1);
      // The last bar of the session closes with it and may still fill: the end comes after it.
      return (extendedHours ? session.postCloseTimeMs : session.closeTimeMs) + 1;
    }
  }
}

/** Whether an order may trade at a time: outside the regular session only if it asked for that. */
export function mayTradeIn(request: OrderRequest, calendar: Calendar, timeMs: number): boolean {
  return request.extendedHours || isOpenAt(calendar, timeMs);
}

/** Whether a time lies in the regular hours of a calendar. */
export function isOpenAt(calendar: Calendar, timeMs: number): boolean {
  return calendar.id === "always-open" || calendar.sessionAt(timeMs) !== null;
}

/**
 * From when on a bar is in regular hours, UTC ms: from its open, or from that of the session which
 * begins within it; null where it is in none.
 */
export function regularFromMs({ openTimeMs, closeTimeMs }: Bar, calendar: Calendar): number | null {
  if (isOpenAt(calendar, openTimeMs)) return openTimeMs;
  const session = calendar.nextSession(openTimeMs);
  return session.openTimeMs < closeTimeMs ? session.openTimeMs : null;
}

/** Whether a bar holds a session's opening auction, or ends with its closing one. */
export function isAuction(bar: Bar, calendar: Calendar, kind: "opg" | "cls"): boolean {
  if (kind === "opg") {
    const session = calendar.nextSession(bar.openTimeMs - 1);
    return session.openTimeMs < bar.closeTimeMs;
  }
  return calendar.previousSession(bar.closeTimeMs).closeTimeMs === bar.closeTimeMs;
}

function eveningAt(calendar: Calendar, nowMs: number) {
  const session = calendar.previousSession(nowMs);
  return nowMs < session.postCloseTimeMs ? session : null;
}
