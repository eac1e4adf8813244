import type { Book } from "../domain/book.ts";
import { ConflictError, InvariantError } from "../domain/errors.ts";
import type { Versioned } from "../ports/store.ts";
import type { Awaitable } from "../ports/venue.ts";
import { decide, type Trigger } from "../strategy/decide.ts";
import type { Decision, Runner } from "../strategy/runner.ts";
import type { ProfileState } from "../strategy/snapshot.ts";
import type { Ports } from "./ports.ts";

/**
 * Lets one profile decide on an event: load → decide → commit. What the commit holds is published
 * by the store's outbox. With ports that answer at once nothing is awaited.
 * @throws ConflictError when another writer was first: load and decide again.
 */
export function handleTrigger(ports: Ports, profile: string, event: Trigger): Awaitable<void> {
  const runner = ports.runner(profile);
  const state = ports.store.profile(profile);
  const book = ports.store.book(runner.profile.account.name);
  if (state instanceof Promise || book instanceof Promise) {
    return Promise.all([state, book]).then(([s, b]) => step(ports, runner, s, b, event));
  }
  return step(ports, runner, state, book, event);
}

/** As {@link handleTrigger}, deciding again on fresh data when another writer was first. */
export function handleTriggerAgain(
  ports: Ports,
  profile: string,
  event: Trigger,
  attempts: number,
): Awaitable<void> {
  const again = (error: unknown): Awaitable<void> => {
    if (!(error instanceof ConflictError) || attempts <= 1) throw error;
    return handleTriggerAgain(ports, profile, event, attempts - 1);
  };
  try {
    const done = handleTrigger(ports, profile, event);
    return done instanceof Promise ? done.catch(again) : done;
  } catch (error) {
    return again(error);
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
    return halt(ports, state, name, event, error);
  }
  if (!decision.changed) return;
  const booked = decision.book !== book.value;
  return ports.store.commit({
    profile: name,
    profileVersion,
    profileState: state.value,
    account: booked ? account.name : null,
    bookVersion: book.version,
    book: booked ? decision.book : null,
    events: decision.events,
    dedupe: event.type === "signal.received.v1" ? `${name}.${event.id}` : null,
  });
}

/**
 * A strategy that throws, or a snapshot that does not fit it, stops its own profile and no other:
 * deciding on could double a position. The event is not decided, and nothing else is written.
 */
function halt(
  ports: Ports,
  state: Versioned<ProfileState>,
  profile: string,
  cause: Trigger,
  error: unknown,
): Awaitable<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const id = `${profile}.halted.${cause.id}`;
  const { eventTimeMs, receivedTimeMs } = cause;
  const data = { profile, reason };
  return ports.store.commit({
    profile,
    profileVersion: state.version,
    profileState: { ...state.value, halted: reason },
    account: null,
    bookVersion: 0,
    book: null,
    events: [
      { type: "profile.halted.v1", id, eventTimeMs, receivedTimeMs, causationId: cause.id, data },
    ],
    dedupe: null,
  });
}
