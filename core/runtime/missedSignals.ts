import type { Book } from "../domain/book.ts";
import type { Calendar } from "../domain/calendar/calendar.ts";
import { absolute, type Decimal, textOf, ZERO } from "../domain/decimal.ts";
import { iso, SECOND_MS } from "../domain/time.ts";
import { bucketOf, type Timeframe } from "../domain/timeframe.ts";
import type { EventData, EventOf } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { tradersOf } from "../strategy/shadowed.ts";
import type { ProfileState } from "../strategy/snapshot.ts";
import { type Expected, freshWatch, type Gap, type WatchState } from "../strategy/watch.ts";
import { again } from "./again.ts";
import { bookOf } from "./bookHandler.ts";
import { isProtective } from "./gate.ts";
import { EVENTS_ALONE, ingest } from "./ingest.ts";
import type { LivePorts } from "./livePorts.ts";
import { readableState } from "./readable.ts";

/** Something that a signal should have brought about and did not. */
export type MissedSignal = EventOf<"signal.missed.v1">;

/** Two alerts of an instant may change places, and TradingView tries again for 15 s. */
const RESEND_MS = 20 * SECOND_MS;

/** A signal is decided on and its order sent within seconds. */
const SETTLE_MS = 60 * SECOND_MS;

/**
 * Tells a person, once each, of signals that were missed: numbers that never came, no signal for
 * longer than the profile allows, and a position that is not the one that the last signal leads to.
 * To be called every minute; answers how many are new. Each is in the journal with its reason code.
 * @throws InputError where a profile's calendar does not reach to now.
 */
export async function watchSignals(
  ports: LivePorts,
  profiles: readonly CompiledProfile[],
): Promise<number> {
  let told = 0;
  const books = new Map<string, Book>();
  // A shadow hears the signals of another, and holds no position of its own.
  for (const profile of tradersOf(profiles)) {
    if (profile.strategy.onSignal === undefined) continue;
    const { name, account } = profile;
    const state = await readableState(ports.store, name);
    if (state === undefined) continue;
    const nowMs = ports.clock.nowMs();
    const { watch } = state;
    if (watch === undefined) {
      await begin(ports, name, nowMs);
      continue;
    }
    const book = books.get(account.name) ?? (await bookOf(ports, account.name));
    books.set(account.name, book);
    for (const missed of missedSignals(profile, { ...state, watch }, book, nowMs)) {
      if (await tell(ports, missed)) told += 1;
    }
  }
  return told;
}

/** Silence is counted from when somebody first looked, where there never was a signal. */
async function begin({ store }: LivePorts, profile: string, nowMs: number): Promise<void> {
  await again(async () => {
    const kept = await store.profile(profile);
    if (kept === undefined || kept.value.watch !== undefined) return;
    const profileState: ProfileState = { ...kept.value, watch: freshWatch(nowMs) };
    const commit = { ...EVENTS_ALONE, events: [], dedupe: null };
    await store.commit({ ...commit, profile, profileVersion: kept.version, profileState });
  });
}

async function tell({ store, journal, notifier }: LivePorts, missed: MissedSignal) {
  if ((await journal.event(missed.id)) !== undefined) return false;
  if ((await ingest(store, missed)) === "repeat") return false;
  const { profile, reason } = missed.data;
  await notifier.notify({
    key: missed.id,
    severity: "warning",
    title: `${profile}: ${TITLES[missed.data.code]}`,
    text: reason,
    timeMs: missed.eventTimeMs,
  });
  return true;
}

const TITLES: Readonly<Record<EventData<"signal.missed.v1">["code"], string>> = {
  "sequence-gap": "signals are missing",
  silence: "no signal for long",
  position: "the position is not what its signal says",
};

/** Everything that is amiss with a profile's signals at a time; ids are derived from the causes. */
export function missedSignals(
  profile: CompiledProfile,
  state: Pick<ProfileState, "works"> & { readonly watch: WatchState },
  book: Book,
  nowMs: number,
): readonly MissedSignal[] {
  const { sequence, expectedPosition } = profile.watch;
  const { watch } = state;
  return [
    ...(sequence ? gapsIn(profile.name, watch, nowMs) : []),
    ...silenceOf(profile, watch, nowMs),
    ...(expectedPosition === "off" ? [] : positionsOf(profile, state, book, nowMs)),
  ];
}

function gapsIn(profile: string, { series }: WatchState, nowMs: number): readonly MissedSignal[] {
  return Object.entries(series).flatMap(([name, { gaps }]) => {
    const due = gaps.filter(({ sinceMs }) => nowMs - sinceMs >= RESEND_MS);
    const signals = new Set(due.map(({ after }) => after));
    return [...signals].map((after) => {
      const numbers = due.filter((gap) => gap.after === after).map(rangeOf);
      const reason = `${name}: ${numbers.join(", ")} never came, though ${after} did after them`;
      const data = { profile, symbol: null, code: "sequence-gap", reason } as const;
      return missedEvent(`${after}.sequence`, after, nowMs, data);
    });
  });
}

function rangeOf({ from, to }: Gap): string {
  return from === to ? `number ${from}` : `numbers ${from} to ${to}`;
}

function silenceOf(
  { name, watch: { maxBarsWithoutSignal: most }, calendar, timeframe }: CompiledProfile,
  { sinceMs }: WatchState,
  nowMs: number,
): readonly MissedSignal[] {
  if (most === undefined || closesBetween(calendar, timeframe, sinceMs, nowMs, most) < most) {
    return [];
  }
  const id = `${name}.silence.${sinceMs.toString(36)}`;
  const reason = `${most} closes of ${timeframe} bars have passed without any since ${iso(sinceMs)}`;
  return [missedEvent(id, id, nowMs, { profile: name, symbol: null, code: "silence", reason })];
}

/** How many bars of the regular hours close in `(fromMs, toMs]`, counted up to `most`. */
function closesBetween(
  calendar: Calendar,
  timeframe: Timeframe,
  fromMs: number,
  toMs: number,
  most: number,
): number {
  let count = 0;
  let timeMs = fromMs;
  while (count < most) {
    const bucket = bucketOf(timeframe, calendar, timeMs);
    if (bucket === null) timeMs = calendar.nextSession(timeMs).openTimeMs;
    else if (bucket.closeTimeMs > toMs) return count;
    else {
      count += 1;
      timeMs = bucket.closeTimeMs;
    }
    if (timeMs > toMs) return count;
  }
  return count;
}

function positionsOf(
  { name, watch }: CompiledProfile,
  { works, watch: { expected } }: Pick<ProfileState, "works"> & { readonly watch: WatchState },
  book: Book,
  nowMs: number,
): readonly MissedSignal[] {
  const working = new Set(
    [
      ...Object.values(works),
      // What protects a position waits for as long as there is one.
      ...book.orders
        .filter((order) => order.request.profile === name && !isProtective(book, order))
        .map(({ request }) => request),
    ].map(({ symbol }) => symbol),
  );
  return Object.entries(expected).flatMap(([symbol, one]) => {
    if (nowMs - one.sinceMs < SETTLE_MS || working.has(symbol)) return [];
    const held = book.ledgers[name]?.positions[symbol]?.quantity ?? ZERO;
    if (isAsExpected(one, held, watch.expectedPosition === "size")) return [];
    const quantity = one.quantity === null ? "" : ` ${one.quantity}`;
    const reason =
      `${symbol}: ${one.signal} leads to ${one.side}${quantity}, ` +
      `and with no order at work it is ${sideOf(held)} ${textOf(absolute(held))}`;
    const data = { profile: name, symbol, code: "position", reason } as const;
    return [missedEvent(`${one.signal}.position`, one.signal, nowMs, data)];
  });
}

function isAsExpected({ side, quantity }: Expected, held: Decimal, bySize: boolean): boolean {
  if (side !== sideOf(held)) return false;
  return !bySize || quantity === null || textOf(absolute(held)) === quantity;
}

function sideOf(held: Decimal): Expected["side"] {
  if (held === ZERO) return "flat";
  return held > ZERO ? "long" : "short";
}

function missedEvent(
  id: string,
  causationId: string,
  nowMs: number,
  data: MissedSignal["data"],
): MissedSignal {
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs };
  return { type: "signal.missed.v1", id, ...times, causationId, data };
}
