import { type RunOptions, type RunOutcome, simulate } from "./simulate.ts";

/** More tries than this tell a reader nothing that the story does not. */
const MOST_TRIES = 150;

/** The same failure with as few faults as can be found by leaving out one after the other. */
export async function shrunk(options: RunOptions, failing: RunOutcome): Promise<RunOutcome> {
  let found = failing;
  const only = new Set(failing.injected.map(({ number }) => number));
  let tries = 0;
  for (const { number } of failing.injected) {
    if (number === 0) continue;
    if (tries >= MOST_TRIES) break;
    tries += 1;
    only.delete(number);
    const next = await simulate({ ...options, only });
    if (next.violations.length > 0) found = next;
    else only.add(number);
  }
  return found;
}

/** A failing run as a story: what went wrong around it, what was committed, what was broken. */
export function storyOf({ title, injected, story, violations }: RunOutcome): string {
  const faults = injected.map(
    ({ timeMs, job, call, kind }) =>
      `${new Date(timeMs).toISOString()} FAULT ${kind} ${job}: ${call}`,
  );
  const broken = violations.map(
    ({ timeMs, promise, text }) => `${new Date(timeMs).toISOString()} BROKEN ${promise}: ${text}`,
  );
  const about = violations.map(({ text }) => text);
  // Only what concerns an order or signal that a broken promise names; else everything.
  const named = story.filter((line) => about.some((text) => text.includes(subjectOf(line))));
  const told = named.length > 0 ? named : story;
  const lines = [...told, ...faults, ...broken];
  return `${title}\n${lines.sort((a, b) => (a.slice(0, 24) < b.slice(0, 24) ? -1 : 1)).join("\n")}\n`;
}

/** The order or signal that a line of the story is about. */
function subjectOf(line: string): string {
  const id = line.split(" ")[2] ?? "";
  const [subject = id] = id.split(
    /\.(?:requested|approved|submitted|accepted|filled|cancel|expired|denied)\b/,
  );
  return subject;
}
