import type { Book } from "../domain/book.ts";
import { decimalOf, divide, multiply, numberOf, ONE } from "../domain/decimal.ts";
import { InputError } from "../domain/errors.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import type { CorporateAction } from "../ports/marketData.ts";
import type { Awaitable } from "../ports/venue.ts";
import { alongside } from "./awaiting.ts";
import type { Track } from "./tracks.ts";
import type { World } from "./world.ts";

export type { CorporateAction };

/**
 * What an action means for history: earlier prices times this make one series with later ones.
 * A split divides them; a dividend takes off its share of the last close before the ex date
 * (`1 − dividend / close`, the CRSP and Yahoo convention). Only the past is needed for it.
 */
export function priceFactorOf(action: CorporateAction, previousClose: number): number {
  if (action.kind === "split") return numberOf(divide(ONE, action.value));
  if (action.kind !== "dividend" || previousClose <= 0) return 1;
  const factor = 1 - numberOf(action.value) / previousClose;
  if (factor > 0) return factor;
  throw new InputError(
    `${action.symbol}: expected a dividend below the last close ${previousClose}, got ${numberOf(action.value)}`,
  );
}

/** The id of an action's event: heard of twice, it is one. */
export function actionIdOf(action: Pick<CorporateAction, "symbol" | "kind" | "timeMs">): string {
  return `action.${action.symbol}.${action.kind}.${action.timeMs.toString(36)}`;
}

/** The event of an action. */
export function actionEvent(
  action: CorporateAction,
  previousClose: number,
): EventOf<"corporate-action.applied.v1"> {
  const id = actionIdOf(action);
  const { symbol, kind, value, newSymbol } = action;
  return {
    type: "corporate-action.applied.v1",
    id,
    eventTimeMs: action.timeMs,
    receivedTimeMs: action.timeMs,
    causationId: id,
    data: { symbol, kind, value, newSymbol, priceFactor: priceFactorOf(action, previousClose) },
  };
}

/** The dividends that an action pays to the ledgers of a book; short positions pay them. */
export function dividendsOf(
  book: Book,
  event: EventOf<"corporate-action.applied.v1">,
): readonly DomainEvent[] {
  const { symbol, kind, value } = event.data;
  if (kind !== "dividend") return [];
  return Object.values(book.ledgers).flatMap((ledger): DomainEvent[] => {
    const position = ledger.positions[symbol];
    if (position === undefined) return [];
    return [
      {
        type: "dividend.paid.v1",
        id: `${event.id}.${ledger.profile}`,
        eventTimeMs: event.eventTimeMs,
        receivedTimeMs: event.receivedTimeMs,
        causationId: event.id,
        data: {
          account: book.account,
          profile: ledger.profile,
          symbol,
          amount: multiply(position.quantity, value),
        },
      },
    ];
  });
}

/** Applies an action to venues, books and profiles, and to what is kept of the feed itself. */
export function applyAction(world: World, action: CorporateAction, track: Track): Awaitable<void> {
  const event = actionEvent(action, track.lastPrice);
  const { priceFactor } = event.data;
  const isSplit = action.kind === "split";
  const priceAfter = decimalOf(track.lastPrice * (isSplit ? priceFactor : 1));
  let pending: Promise<void> | undefined;
  for (const { desk } of track.stalls) {
    const { account, venue, profiles } = desk;
    const reports = venue.onCorporateAction(event.data, action.timeMs);
    pending = alongside(pending, world.report(account, reports, action.timeMs));
    const events = (book: Book) => [...dividendsOf(book, event), event];
    pending = alongside(pending, world.apply(account, events, priceAfter));
    for (const { name } of profiles) pending = alongside(pending, world.trigger(name, event));
  }
  for (const { frame } of track.frames) frame.rescale(priceFactor, isSplit ? 1 / priceFactor : 1);
  if (isSplit) track.lastPrice *= priceFactor;
  return pending;
}
