import { Command } from "commander";
import { textOf } from "../../../core/domain/decimal.ts";
import { InputError } from "../../../core/domain/errors.ts";
import { isDate, utcDate } from "../../../core/domain/time.ts";
import type { DomainEvent } from "../../../core/events/catalogue.ts";
import { eventText } from "../../../core/events/envelope.ts";
import { eventsBetween } from "../../../core/runtime/journalDays.ts";
import type { Outcome } from "../../../core/runtime/outcomes.ts";
import { type Explanation, explain } from "../../../core/runtime/why.ts";
import { textTable } from "../render/table.ts";
import type { Terminal } from "../terminal.ts";
import { allBooks, type Books } from "./books.ts";
import { outcomesOn } from "./outcomesOn.ts";
import { fillRows, orderRows, positionRows } from "./rows.ts";
import { standingOf } from "./standingOf.ts";
import { whyText } from "./whyText.ts";

/** Which books a command looks at. */
export interface BooksOptions {
  /** A folder of `bellwether serve`. */
  readonly store?: string;
  /** A deployed stage; it goes before a folder. */
  readonly stage?: string;
}

/** Opens the books that the options name. */
export type OpenBooks = (options: BooksOptions) => Promise<Books>;

interface Asked extends BooksOptions {
  readonly profile?: string;
  readonly date?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `orders`, `positions`, `fills`, `journal` and `why`: what the books say. */
export function bookCommands(terminal: Terminal, open: OpenBooks): readonly Command[] {
  return [
    ordersCommand(terminal, open),
    positionsCommand(terminal, open),
    fillsCommand(terminal, open),
    journalCommand(terminal, open),
    whyCommand(terminal, open),
  ];
}

/** Options that every command of the books has. */
export function withBooks(command: Command): Command {
  return command
    .option("--store <dir>", "folder of `bellwether serve` (default: .bellwether)")
    .option("--stage <name>", "a deployed stage in the place of a folder")
    .option("--json", "as JSON");
}

function ordersCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("orders"))
    .description("List orders: those that are open, or those of a date.")
    .option("--profile <name>", "of one profile")
    .option("--date <date>", "every order requested on a date (UTC), final ones too")
    .addHelpText("after", examples("orders", "orders --date 2026-11-20 --json"))
    .action((asked: Asked) =>
      using(open, asked, async (books) => {
        const orders =
          asked.date === undefined
            ? (await allBooks(books)).flatMap((book) => book.orders)
            : await ordersOf(books, asked.date);
        show(terminal, asked, orderRows(orders.filter(({ request }) => of(asked, request))));
      }),
    );
}

function positionsCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("positions"))
    .description("List positions, by profile.")
    .option("--profile <name>", "of one profile")
    .addHelpText("after", examples("positions", "positions --profile sixty-forty"))
    .action((asked: Asked) =>
      using(open, asked, async (books) => {
        show(terminal, asked, positionRows(await allBooks(books), asked.profile));
      }),
    );
}

function fillsCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("fills"))
    .description("List fills of a date, or between two.")
    .option("--profile <name>", "of one profile")
    .option("--date <date>", "UTC date (default: today)")
    .option("--from <date>", "first date")
    .option("--to <date>", "last date")
    .addHelpText("after", examples("fills --date 2026-11-20", "fills --from 2026-11-01 --json"))
    .action((asked: Asked) =>
      using(open, asked, async (books) => {
        const fills: DomainEvent[] = [];
        for await (const event of range(books, asked)) {
          if (event.type === "order.filled.v1" && of(asked, event.data)) fills.push(event);
        }
        show(terminal, asked, fillRows(fills));
      }),
    );
}

function journalCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("journal"))
    .description("Print the journal as JSON lines of CloudEvents: `bellwether replay` reads them.")
    .option("--date <date>", "UTC date (default: today)")
    .option("--from <date>", "first date")
    .option("--to <date>", "last date")
    .option("--type <type>", "events of one type, such as order.filled")
    .addHelpText("after", examples("journal --date 2026-11-20 > day.jsonl", "journal --type order"))
    .action((asked: Asked & { readonly type?: string }) =>
      using(open, asked, async (books) => {
        for await (const event of range(books, asked)) {
          if (asked.type !== undefined && !event.type.startsWith(asked.type)) continue;
          terminal.out(`${eventText(event)}\n`);
        }
      }),
    );
}

function whyCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("why"))
    .description(
      "Explain an order: its cause, how the strategy stood, its reason, each risk check, and what followed.",
    )
    .argument("<id>", "client order id, or the id of any event")
    .addHelpText("after", examples("why sixty-forty.SPY.rebalance.kq2.0"))
    .action((id: string, asked: Asked) =>
      using(open, asked, async (books) => {
        const found = await explain(books.journal, id);
        if (found === undefined) {
          throw new InputError(`id: expected an order or event of ${books.where}, got ${id}`);
        }
        const standing = await standingOf(books.journal, found).catch((error: Error) => {
          // The rest of the explanation stands by itself.
          terminal.err(`note: how the strategy stood is not known: ${error.message}\n`);
          return undefined;
        });
        const outcomes = await outcomesOf(books, found);
        const whole = { ...found, standing: standing ?? null, outcomes };
        const text = () => `${whyText(found, standing)}${outcomeLines(outcomes)}`;
        terminal.out(asked.json === true ? `${json(whole)}\n` : text());
      }),
    );
}

/** How the trigger that is asked about ended, where it is one and its day can be worked out. */
async function outcomesOf(books: Books, { request, causes }: Explanation) {
  const trigger = causes.at(-1);
  if (request !== null || trigger === undefined) return [];
  const day = await outcomesOn(books, utcDate(trigger.receivedTimeMs)).catch(() => []);
  return day.filter(({ cause }) => cause === trigger.id);
}

function outcomeLines(outcomes: readonly Outcome[]): string {
  return outcomes
    .map(({ profile, symbol, instruments, outcome, reason }) => {
      const what = symbol ?? (instruments > 1 ? `${instruments} instruments` : "");
      return `    ${outcome.padEnd(10)} ${profile}${what === "" ? "" : ` ${what}`}: ${reason}\n`;
    })
    .join("");
}

async function ordersOf({ journal }: Books, date: string) {
  const ids: string[] = [];
  for await (const event of eventsBetween(journal, date, date)) {
    if (event.type === "order.requested.v1") ids.push(event.data.orderId);
  }
  const orders = await Promise.all(ids.map((id) => journal.order(id)));
  return orders.filter((order) => order !== undefined);
}

function range({ journal }: Books, { date, from, to }: Asked): AsyncGenerator<DomainEvent> {
  const today = new Date().toISOString().slice(0, 10);
  const first = from ?? date ?? today;
  const last = to ?? (from ? today : first);
  if (isDate(first) && isDate(last) && last < first) {
    throw new InputError(`--to: expected a date from ${first} on, got ${last}`);
  }
  return eventsBetween(journal, first, last);
}

/** Opens books, and closes them whatever happens. */
export async function using(
  open: OpenBooks,
  options: BooksOptions,
  run: (books: Books) => Promise<void>,
): Promise<void> {
  const books = await open(options);
  try {
    await run(books);
  } finally {
    await books.close();
  }
}

function of({ profile }: Asked, what: { readonly profile: string }): boolean {
  return profile === undefined || what.profile === profile;
}

/** Shows rows as a table, or as JSON. */
export function show(
  terminal: Terminal,
  { json: asJson }: { readonly json?: boolean },
  rows: readonly Row[],
): void {
  if (asJson === true) {
    terminal.out(`${json(rows)}\n`);
    return;
  }
  const [first] = rows;
  if (first === undefined) {
    terminal.out("none\n");
    return;
  }
  const head = Object.entries(first).map(([name, value]) =>
    /^-?[\d.]+$/.test(value) ? `>${name}` : name,
  );
  terminal.out(`${textTable(head, rows.map(Object.values), terminal.colour)}\n`);
}

type Row = Readonly<Record<string, string>>;

function json(value: unknown): string {
  const plain = (_key: string, one: unknown) => (typeof one === "bigint" ? textOf(one) : one);
  return JSON.stringify(value, plain, 2);
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  bellwether ${line}\n`).join("")}`;
}
