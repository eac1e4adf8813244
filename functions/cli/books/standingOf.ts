import type { DomainEvent } from "../../../core/events/catalogue.ts";
import type { Journal } from "../../../core/ports/journal.ts";
import { eventsBetween } from "../../../core/runtime/journalDays.ts";
import { type Standing, standingAt } from "../../../core/runtime/standing.ts";
import { journalDate } from "../../../core/runtime/takeSnapshots.ts";
import type { Explanation } from "../../../core/runtime/why.ts";
import { compileProfile } from "../../../core/strategy/profile.ts";
import { allProfiles } from "../catalogue.ts";

/**
 * How the profile of an explained order stood when it decided; undefined where this checkout has no
 * such profile any more, or the journal of the day holds no snapshots before the decision.
 */
export async function standingOf(
  journal: Journal,
  { causes, request }: Explanation,
): Promise<Standing | undefined> {
  const cause = causes.at(-1);
  if (request === null || cause === undefined) return undefined;
  const { profile, request: asked } = request.data;
  const compiled = [...(await allProfiles()).values()].map(compileProfile);
  const account = compiled.find(({ name }) => name === profile)?.account.name;
  const sharing = compiled.filter((one) => one.account.name === account);
  if (sharing.length === 0) return undefined;
  const date = journalDate(cause.receivedTimeMs);
  const day: DomainEvent[] = [];
  for await (const event of eventsBetween(journal, date, date)) day.push(event);
  return standingAt(sharing, day, { profile, causeId: cause.id, symbol: asked.symbol });
}
