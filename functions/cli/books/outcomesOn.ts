import { InputError } from "../../../core/domain/errors.ts";
import { recordedDay } from "../../../core/runtime/journalDays.ts";
import { type Outcome, outcomesOf } from "../../../core/runtime/outcomes.ts";
import { compileProfile } from "../../../core/strategy/profile.ts";
import { allProfiles } from "../catalogue.ts";
import type { Books } from "./books.ts";

/**
 * Every outcome of a date, by the profiles of this checkout that ran on it.
 * @throws InputError where the date has no snapshots to work from.
 */
export async function outcomesOn(
  { journal, where }: Pick<Books, "journal" | "where">,
  date: string,
): Promise<readonly Outcome[]> {
  const day = await recordedDay(journal, date);
  if (day.length === 0) {
    throw new InputError(`--date: expected a day with snapshots in ${where}, ${date} has none`);
  }
  return outcomesOf([...(await allProfiles()).values()].map(compileProfile), day);
}
