import { addDays } from "../domain/time.ts";
import type { EventOf } from "../events/catalogue.ts";
import type { Draft } from "./draft.ts";
import { rescaleAgainst, rescaleSlot } from "./take.ts";
import { stopWorks, worksOf } from "./works.ts";

/** Restates what is remembered of an instrument; answers whether anything was. */
export function onCorporateAction(
  draft: Draft,
  event: EventOf<"corporate-action.applied.v1">,
): boolean {
  const { symbol, kind, priceFactor } = event.data;
  // Shares are counted anew, or by another name: what is left of a worked order is given up.
  const worked = kind !== "dividend" && worksOf(draft.state, symbol).length > 0;
  if (worked) stopWorks(draft, symbol, () => true);
  if (priceFactor === 1) return worked;
  // A split trades more shares for less each; a dividend lowers the price alone.
  const volumeFactor = kind === "split" ? 1 / priceFactor : 1;
  let restated = worked;
  for (const other of draft.runner.all(draft.state)) {
    if (rescaleAgainst(other, symbol, priceFactor, volumeFactor)) restated = true;
  }
  const slot = draft.runner.slot(draft.state, symbol);
  if (slot === undefined) return restated;
  rescaleSlot(draft.runner, slot, priceFactor, volumeFactor);
  return true;
}

/** Remembers what the venue lets be done with an instrument. */
export function onAsset(draft: Draft, { data }: EventOf<"asset.changed.v1">): boolean {
  const slot = draft.runner.slot(draft.state, data.symbol);
  if (slot === undefined) return false;
  slot.state.asset = { tradable: data.tradable, shortable: data.shortable };
  return true;
}

/** Remembers whether an exchange has halted an instrument. */
export function onTradingStatus(
  draft: Draft,
  { data, eventTimeMs }: EventOf<"trading-status.changed.v1">,
): boolean {
  const slot = draft.runner.slot(draft.state, data.symbol);
  // A bus may deliver a halt after its end.
  if (slot === undefined || eventTimeMs < (slot.state.trading?.sinceMs ?? 0)) return false;
  slot.state.trading = { halted: data.halted, sinceMs: eventTimeMs };
  return true;
}

/** Past days that are kept, as looking back counts sessions. */
const KEPT_DAYS = 60;

/** Remembers the days on which the venue's sessions are other than the calendar's. */
export function onSessions(draft: Draft, { data }: EventOf<"sessions.announced.v1">): boolean {
  const { runner, state } = draft;
  if (runner.profile.calendar.id !== data.calendar) return false;
  const since = addDays(data.from, -KEPT_DAYS);
  const others = (state.sessions ?? []).filter(({ date }) => {
    return date >= since && (date < data.from || date > data.to);
  });
  state.sessions = [...others, ...data.days].sort((a, b) => (a.date < b.date ? -1 : 1));
  runner.load(state, true);
  return true;
}
