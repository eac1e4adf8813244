import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { InputError } from "../../../core/domain/errors.ts";
import { isDate } from "../../../core/domain/time.ts";
import type { DomainEvent } from "../../../core/events/catalogue.ts";
import { eventText, parseEvent } from "../../../core/events/envelope.ts";
import { type Rerun, rerun } from "../../../core/runtime/rerun.ts";
import { type CompiledProfile, compileProfile } from "../../../core/strategy/profile.ts";
import { allProfiles } from "../catalogue.ts";
import type { Terminal } from "../terminal.ts";
import { eventsBetween } from "./books.ts";
import { type BooksOptions, type OpenBooks, using, withBooks } from "./commands.ts";

interface Asked extends BooksOptions {
  readonly date?: string;
  readonly out?: string;
  readonly file?: string;
  readonly json?: boolean;
}

/** `record` and `parity`: a day as a file, and whether it would be decided alike again. */
export function parityCommands(terminal: Terminal, open: OpenBooks): readonly Command[] {
  return [recordCommand(terminal, open), parityCommand(terminal, open)];
}

function recordCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("record"))
    .description(
      "Save a day's journal as a file of JSON lines: what `parity --file` decides again.",
    )
    .requiredOption("--date <date>", "UTC date")
    .requiredOption("--out <file>", "where to")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether record --date 2026-11-20 --out day.jsonl\n" +
        "  bellwether record --stage prod --date 2026-11-20 --out day.jsonl\n",
    )
    .action((asked: Asked) =>
      using(open, asked, async ({ journal, where }) => {
        const events: DomainEvent[] = [];
        const date = dateOf(asked.date);
        for await (const event of eventsBetween(journal, date, date)) events.push(event);
        if (events.length === 0) {
          throw new InputError(`--date: expected a day with events in ${where}, ${date} has none`);
        }
        const path = resolve(asked.out ?? "");
        await save(path, events);
        const count = events.length;
        terminal.out(
          asked.json === true
            ? `${JSON.stringify({ path, events: count })}\n`
            : `wrote ${count} events to ${path}\n`,
        );
      }),
    );
}

function parityCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("parity"))
    .description(
      "Decide a recorded day again with today's code, and tell what comes out otherwise.",
    )
    .option("--date <date>", "UTC date")
    .option("--file <file>", "a file of `record` in the place of books")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether parity --date 2026-11-20\n  bellwether parity --file day.jsonl --json\n" +
        "\nExit codes: 0 all decisions are alike, 1 some are not, 2 bad arguments or data.\n",
    )
    .action(async (asked: Asked) => {
      const journal = await journalOf(asked, open);
      const profiles = await profilesIn(journal);
      const result = rerun(profiles, fromSnapshots(journal));
      terminal.out(asked.json === true ? `${JSON.stringify(result)}\n` : textOf(result));
      terminal.exit(result.differences.length === 0 ? 0 : 1);
    });
}

async function journalOf(asked: Asked, open: OpenBooks): Promise<readonly DomainEvent[]> {
  if (asked.file !== undefined) return readEvents(asked.file);
  const date = dateOf(asked.date);
  const events: DomainEvent[] = [];
  await using(open, asked, async ({ journal }) => {
    for await (const event of eventsBetween(journal, date, date)) events.push(event);
  });
  return events;
}

async function readEvents(file: string): Promise<readonly DomainEvent[]> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new InputError(`--file: expected a readable file, got ${file}`);
  });
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, i) => {
      try {
        return parseEvent(line);
      } catch (error) {
        const why = error instanceof Error ? error.message : "not an event";
        throw new InputError(`${file}:${i + 1}: ${why}`);
      }
    });
}

/** Only from its snapshots on can a day be decided again. */
function fromSnapshots(journal: readonly DomainEvent[]): readonly DomainEvent[] {
  const from = journal.findIndex(({ type }) => type === "snapshot.taken.v1");
  if (from >= 0) return journal.slice(from);
  throw new InputError("expected a day that starts with snapshots of its profiles, found none");
}

/** The profiles of this checkout that the day has snapshots of. */
async function profilesIn(journal: readonly DomainEvent[]): Promise<readonly CompiledProfile[]> {
  const names = new Set(
    journal.flatMap((event) =>
      event.type === "snapshot.taken.v1" && event.data.kind === "profile" ? [event.data.name] : [],
    ),
  );
  const known = [...(await allProfiles()).values()].map(compileProfile);
  const missing = [...names].filter((name) => !known.some((one) => one.name === name));
  if (missing.length > 0) {
    throw new InputError(
      `expected the profiles ${missing.join(", ")} in this checkout, found none`,
    );
  }
  return known.filter(({ name }) => names.has(name));
}

function textOf({ decisions, differences }: Rerun): string {
  const lines = differences.map(
    ({ cause, profile, recorded, decided }) =>
      `${profile} on ${cause}\n  recorded: ${recorded.join(", ") || "nothing"}\n` +
      `  today:    ${decided.join(", ") || "nothing"}\n`,
  );
  const alike = decisions - differences.length;
  return `${lines.join("")}${alike} of ${decisions} decisions are as they were recorded\n`;
}

function dateOf(date = ""): string {
  if (isDate(date)) return date;
  throw new InputError(`--date: expected a date such as 2026-11-20, got "${date}"`);
}

async function save(path: string, events: readonly DomainEvent[]): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, events.map((event) => `${eventText(event)}\n`).join(""));
  } catch (error) {
    throw new InputError(`--out: expected a file that can be written: ${String(error)}`);
  }
}
