import { InvariantError } from "../domain/errors.ts";
import type { Trigger } from "../strategy/decide.ts";
import { decideShadow, type Shadowed } from "../strategy/decideShadow.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import type { Decision, Runner } from "../strategy/runner.ts";
import type { ProfileState } from "../strategy/snapshot.ts";
import { haltedEvent, haltReason } from "./halted.ts";
import type { Ports } from "./ports.ts";

/** How the profiles that shadows decide on stood at a moment, by the name of the shadow. */
export type Standings = ReadonlyMap<string, Shadowed>;

const NONE: Standings = new Map();

/**
 * Looks at what shadows decide on before the profiles that they shadow decide themselves: those
 * come first, as they must not wait for anybody without a right to order.
 */
export async function standingsOf(
  ports: Ports,
  shadows: readonly CompiledProfile[],
): Promise<Standings> {
  if (shadows.length === 0) return NONE;
  const found = new Map<string, Shadowed>();
  for (const { name, shadowOf, account } of shadows) {
    const book = await ports.store.book(account.name);
    const state = await ports.store.profile(shadowOf ?? "");
    // Not opened yet: the shadow looks again, and comes to the same.
    if (book === undefined || state === undefined) continue;
    found.set(name, { book: book.value, works: structuredClone(state.value.works) });
  }
  return found;
}

/**
 * Lets a shadow decide on an event. Its commit writes its own snapshot and events, never a book:
 * no order of it is anywhere that a gate looks, and it reserves nothing.
 */
export async function handleShadow(
  ports: Ports,
  runner: Runner,
  event: Trigger,
  look: (runner: Runner, state: ProfileState | undefined) => void,
  dedupe: string | null,
  before: Shadowed | undefined,
): Promise<void> {
  const { profile } = runner;
  const { name } = profile;
  const state = await ports.store.profile(name);
  look(runner, state?.value);
  const shadowed = before ?? (await standingsOf(ports, [profile])).get(name);
  if (state === undefined || shadowed === undefined) {
    throw new InvariantError(`profile ${name}: expected snapshots of it and ${profile.shadowOf}`);
  }
  const { value, version: profileVersion } = state;
  const write = { account: null, bookVersion: 0, book: null, profile: name, profileVersion };
  let decision: Decision;
  try {
    decision = decideShadow(runner, value, shadowed, event);
  } catch (error) {
    // As a trader's, it stops by itself: the one that it shadows goes on.
    const profileState = { ...value, works: {}, halted: haltReason(error) };
    const events = [haltedEvent(name, event, error)];
    await ports.store.commit({ ...write, profileState, events, dedupe: null });
    return;
  }
  const { changed, events } = decision;
  if (!changed) return;
  const { store } = ports;
  if (events.length === 0 && dedupe === null && store.keep !== undefined) {
    await store.keep(name, profileVersion, value);
    return;
  }
  await store.commit({ ...write, profileState: value, events, dedupe });
}
