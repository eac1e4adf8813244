import type { Book } from "../domain/book.ts";
import { InvariantError } from "../domain/errors.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import { applyIntents, applyWeights } from "./apply.ts";
import {
  equityOf,
  FillCall,
  memberOf,
  QuoteCall,
  type Scene,
  SignalCall,
  TradeCall,
} from "./calls.ts";
import { trackDay } from "./day.ts";
import type { ScheduleStep, Step } from "./define.ts";
import { Draft } from "./draft.ts";
import { isFresh } from "./freshness.ts";
import { onAsset, onCorporateAction, onSessions, onTradingStatus } from "./instrumentNews.ts";
import type { Decision, Runner } from "./runner.ts";
import { select } from "./select.ts";
import type { Slot } from "./slot.ts";
import type { ProfileState } from "./snapshot.ts";
import { takeBar, takeFrameBar } from "./take.ts";
import { noteSignal } from "./watch.ts";
import { workBars, workDue, workNews, workQuote } from "./works.ts";

const NO_EVENTS: readonly DomainEvent[] = Object.freeze([]);

/** Events that a profile decides on. */
export type Trigger = Extract<DomainEvent, { readonly type: TriggerType }>;

const triggerTypes = [
  "bars.closed.v1",
  "signal.received.v1",
  "schedule.fired.v1",
  "order.filled.v1",
  "quote.received.v1",
  "trade.received.v1",
  "corporate-action.applied.v1",
  "asset.changed.v1",
  "trading-status.changed.v1",
  "sessions.announced.v1",
  "execution.due.v1",
  "order.cancelled.v1",
  "order.rejected.v1",
  "order.expired.v1",
  "order.denied.v1",
] as const;
type TriggerType = (typeof triggerTypes)[number];

/** Whether a profile can decide on an event. */
export function isTrigger(event: DomainEvent): event is Trigger {
  return triggerTypes.some((type) => type === event.type);
}

/**
 * The business of a profile: `(snapshot, book, event) → events`, pure and synchronous. The snapshot
 * passed in is consumed: it is changed in place and must be the loader's own copy.
 */
export function decide(runner: Runner, state: ProfileState, book: Book, event: Trigger): Decision {
  if (state.halted !== null) return { changed: false, book, events: NO_EVENTS };
  if (event.type === "bars.closed.v1") return decideBars(runner, state, book, event);
  // Before the first time that counts only history is taken in: bars, and what restates them.
  const counts = event.receivedTimeMs > runner.activeFromMs;
  if (!counts && event.type !== "corporate-action.applied.v1") {
    return { changed: false, book, events: NO_EVENTS };
  }
  runner.load(state);
  const draft = begun(runner, state, book, event);
  const isNoted = draft.events.length > 0;
  return finished(draft, decideOther(draft, event) || isNoted);
}

function decideOther(draft: Draft, event: Exclude<Trigger, EventOf<"bars.closed.v1">>): boolean {
  switch (event.type) {
    case "signal.received.v1":
      return onSignal(draft, event);
    case "schedule.fired.v1":
      return onSchedule(draft, event);
    case "order.filled.v1":
      return onFill(draft, event);
    case "quote.received.v1":
      return onQuote(draft, event);
    case "trade.received.v1":
      return onTrade(draft, event);
    case "corporate-action.applied.v1":
      return onCorporateAction(draft, event);
    case "asset.changed.v1":
      return onAsset(draft, event);
    case "trading-status.changed.v1":
      return onTradingStatus(draft, event);
    case "sessions.announced.v1":
      return onSessions(draft, event);
    case "execution.due.v1":
      return workDue(draft, event);
    case "order.cancelled.v1":
    case "order.rejected.v1":
    case "order.expired.v1":
    case "order.denied.v1":
      return workNews(draft, event);
  }
}

function decideBars(
  runner: Runner,
  state: ProfileState,
  book: Book,
  event: EventOf<"bars.closed.v1">,
): Decision {
  const { timeframe, bars } = event.data;
  const { strategy } = runner.profile;
  const own = timeframe === strategy.bars;
  const ledger = runner.ledger(book);
  let draft: Draft | undefined;
  for (let i = 0; i < bars.length; i += 1) {
    const bar = bars[i];
    if (bar === undefined) continue;
    const slot = runner.slotAt(state, bar.symbol, i);
    if (slot === undefined) continue;
    if (!own) {
      takeFrameBar(runner, slot, timeframe, bar);
      continue;
    }
    if (!takeBar(slot, bar, bars) || bar.closeTimeMs <= runner.activeFromMs) continue;
    if (runner.followsDay) trackDay(runner, state, draft?.book ?? book, bar.closeTimeMs);
    if (strategy.onBar === undefined) continue;
    const call =
      draft === undefined
        ? runner.barCall(slot, i, book, ledger, bar)
        : runner.barCall(slot, i, draft.book, draft.ledger, bar);
    const step = strategy.onBar(call);
    if (!step) continue;
    draft ??= begun(runner, state, book, event);
    applyStep(draft, slot, step, bar.close);
  }
  if (own && isWorking(state)) {
    draft ??= begun(runner, state, book, event);
    workBars(draft, bars);
  }
  // A quiet bar changes the snapshot only: no object is made for it.
  return draft === undefined ? runner.quiet(book) : finished(draft, true);
}

function isWorking({ works }: ProfileState): boolean {
  for (const _ in works) return true;
  return false;
}

function onSignal(draft: Draft, event: EventOf<"signal.received.v1">): boolean {
  const { strategy, name } = draft.runner.profile;
  const { data } = event;
  if (data.profile !== name) return false;
  draft.state.watch = noteSignal(draft.state.watch, event);
  followDay(draft);
  const slot = draft.runner.slot(draft.state, data.symbol);
  if (slot === undefined) {
    draft.outcome(data.symbol, 0, "not-in-universe", `${data.symbol} is not traded by ${name}`);
  } else if (event.receivedTimeMs > data.expiresAtMs) {
    draft.outcome(data.symbol, 0, "expired", "the signal was past its expiry when it was decided");
  } else if (strategy.onSignal === undefined) {
    draft.outcome(data.symbol, 0, "not-handled", `${strategy.name} has no onSignal`);
  } else {
    const call = new SignalCall(sceneOf(draft), slot, data);
    applyStep(draft, slot, strategy.onSignal(call), slot.state.lastPrice);
  }
  return true;
}

function onFill(draft: Draft, event: EventOf<"order.filled.v1">): boolean {
  const { strategy, name } = draft.runner.profile;
  if (event.data.profile !== name) return false;
  const worked = workNews(draft, event);
  const slot = draft.runner.slot(draft.state, event.data.symbol);
  if (slot === undefined || strategy.onFill === undefined) return worked;
  followDay(draft);
  const call = new FillCall(sceneOf(draft), slot, event.data);
  applyStep(draft, slot, strategy.onFill(call), slot.state.lastPrice);
  return true;
}

function onQuote(draft: Draft, { data, eventTimeMs }: EventOf<"quote.received.v1">): boolean {
  const { strategy } = draft.runner.profile;
  const slot = draft.runner.slot(draft.state, data.symbol);
  const worked = isWorking(draft.state) && workQuote(draft, data.symbol, data.bid, data.ask);
  if (slot === undefined || strategy.onQuote === undefined || !slot.state.warm) return worked;
  followDay(draft);
  const call = new QuoteCall(sceneOf(draft), slot, { ...data, eventTimeMs });
  applyStep(draft, slot, strategy.onQuote(call), slot.state.lastPrice);
  return true;
}

function onTrade(draft: Draft, { data, eventTimeMs }: EventOf<"trade.received.v1">): boolean {
  const { strategy } = draft.runner.profile;
  const slot = draft.runner.slot(draft.state, data.symbol);
  if (slot === undefined || strategy.onTrade === undefined || !slot.state.warm) return false;
  slot.state.lastPrice = data.price;
  slot.state.tickTimeMs = eventTimeMs;
  followDay(draft);
  const call = new TradeCall(sceneOf(draft), slot, { ...data, eventTimeMs });
  applyStep(draft, slot, strategy.onTrade(call), data.price);
  return true;
}

function onSchedule(draft: Draft, event: EventOf<"schedule.fired.v1">): boolean {
  const { runner, state } = draft;
  const { strategy, name, params, scan } = runner.profile;
  if (event.data.profile !== name) return false;
  const scans = scan?.at === event.data.schedule;
  if (!scans && strategy.onSchedule === undefined) return false;
  followDay(draft);
  if (scans) select(draft, scan);
  const { eventTimeMs } = event;
  const members = runner.all(state).filter((slot) => slot.state.warm && isFresh(slot, eventTimeMs));
  const step = strategy.onSchedule?.({
    schedule: event.data.schedule,
    sessionDate: event.data.sessionDate,
    timeMs: event.eventTimeMs,
    params,
    state: state.state,
    equity: equityOf(sceneOf(draft)),
    universe: members.map((slot) => memberOf(slot, draft.ledger, state)),
  });
  applyUniverseStep(draft, step);
  return true;
}

function applyStep(
  draft: Draft,
  slot: Slot,
  step: Step<unknown> | undefined,
  lastPrice: number,
): void {
  if (!step) return;
  if (step.state !== undefined) keepState(draft, slot, step.state);
  if (step.intents !== undefined) applyIntents(draft, slot, step.intents, lastPrice);
  if (step.because !== undefined) draft.outcome(slot.symbol, 0, "hold", step.because);
}

function applyUniverseStep(draft: Draft, step: ScheduleStep<unknown> | undefined): void {
  if (!step) return;
  const { runner, state } = draft;
  if (step.state !== undefined) state.state = step.state;
  if (step.because !== undefined) draft.outcome(null, 0, "hold", step.because);
  for (const slot of runner.all(state)) {
    const own = (step.intents ?? []).filter(({ symbol }) => symbol === slot.symbol);
    if (own.length > 0) applyIntents(draft, slot, own, slot.state.lastPrice);
  }
  if (step.weights !== undefined) applyWeights(draft, step.weights, step.reason ?? "rebalance");
}

function keepState(draft: Draft, slot: Slot, next: unknown): void {
  if (draft.runner.profile.shared) draft.state.state = next;
  else slot.state.state = next;
}

function followDay({ runner, state, book, timeMs }: Draft): void {
  if (runner.followsDay) trackDay(runner, state, book, timeMs);
}

function sceneOf({ runner, state, book, ledger, timeMs }: Draft): Scene {
  return { runner, state, book, ledger, timeMs };
}

/** A draft that says first where the profile decides by other limits than it did before. */
function begun(runner: Runner, state: ProfileState, book: Book, event: Trigger): Draft {
  const draft = new Draft(runner, state, book, event);
  const { name, limitsText } = runner.profile;
  if (state.limits === limitsText) return draft;
  const data = { profile: name, before: state.limits, after: limitsText };
  state.limits = limitsText;
  draft.record("limits.changed.v1", `${name}.limits.${event.id}`, data);
  return draft;
}

function finished(draft: Draft, changed: boolean): Decision {
  if (!changed && draft.events.length > 0) throw new InvariantError("events without a change");
  return { changed, book: draft.book, events: draft.events };
}
