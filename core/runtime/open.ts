import { InvariantError } from "../domain/errors.ts";
import { emptyBook, openLedger } from "../domain/ledger.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { Store } from "../ports/store.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { tradersOf } from "../strategy/shadowed.ts";
import {
  adoptState,
  isOfNewer,
  type ProfileState,
  type SymbolState,
  setupOf,
} from "../strategy/snapshot.ts";
import { again } from "./again.ts";
import { EVENTS_ALONE } from "./ingest.ts";
import type { LivePorts } from "./livePorts.ts";
import { type History, warmUp } from "./warmUp.ts";

/**
 * Gives every profile its ledger in its account's book; what is there stays as it is. A shadow gets
 * none: it has neither cash nor positions of its own.
 */
export async function openBooks(store: Store, profiles: readonly CompiledProfile[]): Promise<void> {
  for (const { name, account } of tradersOf(profiles)) {
    await again(async () => {
      const kept = await store.book(account.name);
      const before = kept?.value ?? emptyBook(account.name, account.kind);
      const book = openLedger(before, name, account.cash);
      if (book === kept?.value) return;
      const none = { ...EVENTS_ALONE, events: [], dedupe: null };
      const bookVersion = kept?.version ?? 0;
      await store.commit({ ...none, account: account.name, bookVersion, book });
    });
  }
}

/**
 * Gives a profile that has never run its snapshot, warmed by history. One that has keeps what its
 * strategy remembers; instruments that came into its universe, and indicators that were made for
 * other parameters, are warmed anew. One of a newer version of the strategy is left as it is.
 * Answers the instruments whose history was too short, or null where there was nothing to do.
 */
export async function openProfile(
  store: Store,
  profile: CompiledProfile,
  history: () => Promise<History>,
  nowMs: number,
): Promise<readonly string[] | null> {
  let known: History | undefined;
  // Where a decision of the version before was first, what it wrote is not of this version either.
  return again(async () => {
    const kept = await store.profile(profile.name);
    if (kept !== undefined && (isFit(profile, kept.value) || isOfNewer(profile, kept.value))) {
      return null;
    }
    known ??= await history();
    const { state, cold } = warmUp(profile, known, nowMs);
    await store.commit({
      ...EVENTS_ALONE,
      dedupe: null,
      profile: profile.name,
      profileVersion: kept?.version ?? 0,
      profileState: kept === undefined ? state : adapted(profile, kept.value, state),
      events: kept === undefined ? [] : [warmedAnew(profile, kept.value, nowMs)],
    });
    return cold;
  });
}

/**
 * As {@link openProfile}, but one whose snapshot cannot be read keeps nobody else from starting: a
 * person is told, and nothing is decided for it until it is restored.
 */
export async function openOrTell(
  { store, notifier }: Pick<LivePorts, "store" | "notifier">,
  profile: CompiledProfile,
  history: () => Promise<History>,
  nowMs: number,
): Promise<readonly string[] | null> {
  try {
    return await openProfile(store, profile, history, nowMs);
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    await notifier.notify({
      key: `unreadable.${profile.name}`,
      severity: "page",
      title: `${profile.name} could not be opened`,
      text: error.message,
      timeMs: nowMs,
    });
    return null;
  }
}

function added({ instruments }: CompiledProfile, state: ProfileState): readonly string[] {
  const symbols = instruments.map(({ symbol }) => symbol);
  return symbols.filter((symbol) => state.symbols[symbol] === undefined);
}

function isFit(profile: CompiledProfile, state: ProfileState): boolean {
  return added(profile, state).length === 0 && state.setup === setupOf(profile);
}

/** What was kept, with what is not of this profile any more put in its place. */
function adapted(profile: CompiledProfile, old: ProfileState, fresh: ProfileState): ProfileState {
  const setup = setupOf(profile);
  const kept = brought(profile, old);
  const symbols = { ...kept.symbols };
  for (const { symbol } of profile.instruments) {
    const [before, now] = [kept.symbols[symbol], fresh.symbols[symbol]];
    if (now === undefined || (before !== undefined && kept.setup === setup)) continue;
    symbols[symbol] = before === undefined ? now : rewarmed(before, now);
  }
  return { ...kept, symbols, setup };
}

/**
 * What is put beside it is of today's version, so all of it must be. Where there is no way there
 * the first decision stops the profile, and no other.
 */
function brought(profile: CompiledProfile, old: ProfileState): ProfileState {
  try {
    return adoptState(profile, structuredClone(old));
  } catch {
    return old;
  }
}

/** The author's state stays; without history the last price does, too. */
function rewarmed(before: SymbolState, now: SymbolState): SymbolState {
  const { state, lastPrice, lastTimeMs } = before;
  return now.bars > 0 ? { ...now, state } : { ...now, state, lastPrice, lastTimeMs };
}

function warmedAnew(profile: CompiledProfile, kept: ProfileState, nowMs: number): DomainEvent {
  const id = `${profile.name}.warmed.${nowMs.toString(36)}`;
  const isOther = kept.setup !== setupOf(profile);
  const reason = [
    ...added(profile, kept).map((symbol) => `${symbol} came into the universe`),
    ...(isOther ? ["parameters, bars or indicators are others than before"] : []),
  ].join("; ");
  return {
    type: "decision.made.v1",
    id,
    eventTimeMs: nowMs,
    receivedTimeMs: nowMs,
    causationId: id,
    data: { profile: profile.name, symbol: null, outcome: "warmed-anew", reason },
  };
}
