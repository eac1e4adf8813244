import type { Book } from "../domain/book.ts";
import { ConflictError, InvariantError, TransientError } from "../domain/errors.ts";
import type { Versioned } from "../ports/store.ts";
import type { Awaitable } from "../ports/venue.ts";
import { decide, type Trigger } from "../strategy/decide.ts";
import type { Shadowed } from "../strategy/decideShadow.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import type { Decision, Runner } from "../strategy/runner.ts";
import { isOfNewer, type ProfileState, setupOf } from "../strategy/snapshot.ts";
import { again } from "./again.ts";
import { haltedEvent, haltReason } from "./halted.ts";
import type { Ports } from "./ports.ts";
import { handleShadow } from "./shadowHandler.ts";

/**
 * Lets one profile decide on an event: load → decide → commit. What the commit holds is published
 * by the store's outbox. With ports that answer at once nothing is awaited. A shadow decides on
 * what it shadows, `before` that decided where given, and books nothing.
 * @throws ConflictError when another writer was first: load and decide again.
 */
export function handleTrigger(
  ports: Ports,
  profile: string,
  event: Trigger,
  look: Look = TRUSTING,
  before?: Shadowed,
): Awaitable<void> {
  const runner = ports.runner(profile);
  if (runner.profile.shadowOf !== null) {
    const dedupe = knowsRepeats(event) ? null : `${profile}.${event.id}`;
    return handleShadow(ports, runner, event, look, dedupe, before);
  }
  const state = ports.store.profile(profile);
  const book = ports.store.book(runner.profile.account.name);
  if (state instanceof Promise || book instanceof Promise) {
    return Promise.all([state, book]).then(([s, b]) => {
      look(runner, s?.value);
      return step(ports, runner, s, b, event);
    });
  }
  look(runner, state?.value);
  return step(ports, runner, state, book, event);
}

/** Looks at a snapshot before it is decided on. */
type Look = (runner: Runner, state: ProfileState | undefined) => void;

/** A replay makes its own snapshots. */
const TRUSTING: Look = () => {};

/**
 * @throws TransientError where a snapshot is a newer version's, as while a deploy is under way: the
 * event comes again, and to that version sooner or later. Also where there is none yet, or its
 * indicators are others than the profile's: whoever opens it warms them.
 */
const fitting: Look = ({ profile }, state) => {
  if (state === undefined) {
    throw new TransientError(`profile ${profile.name}: it was not opened yet`, 30_000);
  }
  if (isOfNewer(profile, state)) throw new TransientError(newerText(profile, state), 30_000);
  if (state.setup === null || state.setup === setupOf(profile)) return;
  throw new TransientError(
    `profile ${profile.name}: parameters or indicators have changed, and are not warm yet`,
    30_000,
  );
};

/** @throws InvariantError for a newer version's snapshot, where no other version will ever come. */
const fittingAlone: Look = (runner, state) => {
  const { profile } = runner;
  if (state !== undefined && isOfNewer(profile, state)) {
    throw new InvariantError(`${newerText(profile, state)}; nothing was changed`);
  }
  fitting(runner, state);
};

function newerText({ name }: CompiledProfile, { stateVersion }: ProfileState): string {
  return `profile ${name}: its snapshot is of version ${stateVersion}, which is newer than this code`;
}

/**
 * As {@link handleTrigger} where others write too: decides again on fresh data after a lost race,
 * and leaves an event that was decided before as it was. `isAlone` where no other version of the
 * code works on the same books; `before` is what a shadow decides on, see {@link standingsOf}.
 */
export async function handleTriggerAgain(
  ports: Ports,
  profile: string,
  event: Trigger,
  isAlone = false,
  before?: Shadowed,
): Promise<"decided" | "repeat"> {
  const look = isAlone ? fittingAlone : fitting;
  try {
    await again(() => handleTrigger(ports, profile, event, look, before));
    return "decided";
  } catch (error) {
    if (error instanceof ConflictError && error.repeatOf !== null) return "repeat";
    throw error;
  }
}

function step(
  ports: Ports,
  runner: Runner,
  state: Versioned<ProfileState> | undefined,
  book: Versioned<Book> | undefined,
  event: Trigger,
): Awaitable<void> {
  const { name, account } = runner.profile;
  if (state === undefined) throw new InvariantError(`profile ${name} has no snapshot`);
  if (book === undefined) throw new InvariantError(`account ${account.name} has no book`);
  const profileVersion = state.version;
  let decision: Decision;
  try {
    decision = decide(runner, state.value, book.value, event);
  } catch (error) {
    return halt(ports, state, book, name, event, error);
  }
  if (!decision.changed) return;
  const booked = decision.book !== book.value;
  const { store } = ports;
  const isQuiet = !booked && decision.events.length === 0 && knowsRepeats(event);
  if (isQuiet && store.keep !== undefined) return store.keep(name, profileVersion, state.value);
  return store.commit({
    profile: name,
    profileVersion,
    profileState: state.value,
    account: booked ? account.name : null,
    bookVersion: book.version,
    book: booked ? decision.book : null,
    events: decision.events,
    dedupe: knowsRepeats(event) ? null : `${name}.${event.id}`,
  });
}

/**
 * Snapshots know the time of the last bar of each instrument, and ticks come in process, one by
 * one. Any other event may be delivered again long after the orders that it caused are final.
 */
function knowsRepeats({ type }: Trigger): boolean {
  return type === "bars.closed.v1" || type === "quote.received.v1" || type === "trade.received.v1";
}

/**
 * A strategy that throws, or a snapshot that does not fit it, stops its own profile and no other:
 * deciding on could double a position. The event is not decided, and nothing else is written. The
 * book is written as it was: if it is another by now, what was thrown may have been about the old.
 */
function halt(
  ports: Ports,
  state: Versioned<ProfileState>,
  book: Versioned<Book>,
  profile: string,
  cause: Trigger,
  error: unknown,
): Awaitable<void> {
  return ports.store.commit({
    profile,
    profileVersion: state.version,
    profileState: { ...state.value, halted: haltReason(error) },
    account: book.value.account,
    bookVersion: book.version,
    book: book.value,
    events: [haltedEvent(profile, cause, error)],
    dedupe: null,
  });
}
