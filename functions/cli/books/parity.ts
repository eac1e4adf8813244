import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { InputError } from "../../../core/domain/errors.ts";
import { isDate } from "../../../core/domain/time.ts";
import type { DomainEvent } from "../../../core/events/catalogue.ts";
import { eventText, parseEvent } from "../../../core/events/envelope.ts";
import { eventsBetween, recordedDay } from "../../../core/runtime/journalDays.ts";
import { type Parity, parityOf } from "../../../core/runtime/parity.ts";
import { compileProfile } from "../../../core/strategy/profile.ts";
import { allProfiles } from "../catalogue.ts";
import type { Terminal } from "../terminal.ts";
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
      "Replay a recorded day with today's code, and tell what live did otherwise and why: code, latency, fill, halt.",
    )
    .option("--date <date>", "UTC date")
    .option("--file <file>", "a file of `record` in the place of books")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether parity --date 2026-11-20\n  bellwether parity --file day.jsonl --json\n" +
        "\nThe nightly job asks the venue for the day's bars as well, and so tells of data.\n" +
        "\nExit codes: 0 all decisions are alike, 1 some are not, 2 bad arguments or data.\n",
    )
    .action(async (asked: Asked) => {
      const day = await dayOf(asked, open);
      const profiles = [...(await allProfiles()).values()].map(compileProfile);
      const result = parityOf(profiles, day, null);
      terminal.out(asked.json === true ? `${JSON.stringify(result)}\n` : textOf(result));
      terminal.exit(result.differences.some(({ kind }) => kind === "code") ? 1 : 0);
    });
}

async function dayOf(asked: Asked, open: OpenBooks): Promise<readonly DomainEvent[]> {
  if (asked.file !== undefined) {
    const events = await readEvents(asked.file);
    const from = events.findIndex(({ type }) => type === "snapshot.taken.v1");
    return from < 0 ? [] : events.slice(from);
  }
  const date = dateOf(asked.date);
  let day: readonly DomainEvent[] = [];
  await using(open, asked, async ({ journal }) => {
    day = await recordedDay(journal, date);
  });
  return day;
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

function textOf({ decisions, orders, differences }: Parity): string {
  const lines = differences.map(
    ({ kind, profile, cause, orderId, live, replay }) =>
      `${kind}: ${profile} on ${cause}${orderId === null ? "" : `, order ${orderId}`}\n` +
      `  live:   ${live}\n  replay: ${replay}\n`,
  );
  const changed = differences.filter(({ kind }) => kind === "code").length;
  return (
    `${lines.join("")}${decisions - changed} of ${decisions} decisions are as they were recorded; ` +
    `${orders} orders, ${differences.length - changed} other differences\n`
  );
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
