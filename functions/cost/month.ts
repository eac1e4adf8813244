import { InputError } from "../../core/domain/errors.ts";

/** Sessions a month: New York's, and days. */
export const SESSIONS = { session: 21, always: 30.4 } as const;

/** Hours of a month, and those in which the stream task runs. */
export const HOURS = {
  month: 730,
  /** From 09:00 to 16:45 on week days, or all of them. */
  stream: { session: 21.7 * 7.75, always: 730 },
} as const;

const DAYS = { all: 30.4, week: 21.7 } as const;

/**
 * How often an EventBridge expression fires in an average month, for the forms that
 * functions/deploy/recurring.ts writes.
 * @throws InputError for another form, rather than a wrong sum.
 */
export function firingsAMonth(cron: string): number {
  const found = /^cron\((\S+) (\S+) (\S+) \* (\S+) \*\)$/.exec(cron);
  if (found === null) throw new InputError(`cron: expected six fields, got "${cron}"`);
  const [, minutes = "", hours = "", , weekdays = ""] = found;
  const days = weekdays === "MON-FRI" ? DAYS.week : DAYS.all;
  return values(minutes, 60) * values(hours, 24) * days;
}

/** How many values a field stands for: `*`, `7`, `0/5`, `9-16`, or a list of those. */
function values(field: string, size: number): number {
  return field.split(",").reduce((sum, part) => sum + valuesOfPart(part, size), 0);
}

function valuesOfPart(part: string, size: number): number {
  if (part === "*") return size;
  if (/^\d+$/.test(part)) return 1;
  const step = /^(\d+)\/(\d+)$/.exec(part);
  if (step !== null) return Math.ceil((size - Number(step[1])) / Number(step[2]));
  const range = /^(\d+)-(\d+)$/.exec(part);
  if (range !== null) return Number(range[2]) - Number(range[1]) + 1;
  throw new InputError(`cron: expected *, a number, a step or a range, got "${part}"`);
}
