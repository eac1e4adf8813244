import { randomBytes } from "node:crypto";
import { Command } from "commander";
import { InputError } from "../../../core/domain/errors.ts";
import { isDate } from "../../../core/domain/time.ts";
import { compileProfile } from "../../../core/strategy/profile.ts";
import { allProfiles } from "../catalogue.ts";
import type { Terminal } from "../terminal.ts";
import { type BooksOptions, type OpenBooks, using, withBooks } from "./commands.ts";
import { resume } from "./control.ts";

interface Asked extends BooksOptions {
  readonly port: string;
  readonly host: string;
  readonly date?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  bellwether dashboard
  bellwether dashboard --stage prod --port 9000

The address has a token in it, a new one at every start: whoever has it sees the books and can turn
the kill switch. BELLWETHER_DASHBOARD_TOKEN sets one that stays. There is no TLS: leave it on this
machine, or put a proxy in front.
`;

/** `dashboard`: the books as a page, while `serve` or a stage works on them. */
export function dashboardCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("dashboard"))
    .description("Show the books as a page: positions, orders, fills, events, and the kill switch.")
    .option("--port <n>", "port, 0 for a free one", "8790")
    .option("--host <name>", "address to listen on", "127.0.0.1")
    .option("--date <date>", "day of the fills and events shown (UTC; default: today)")
    .addHelpText("after", EXAMPLES)
    .action((asked: Asked) =>
      using(open, asked, async (books) => {
        const { dashboardApp } = await import("../../dashboard/app.ts");
        const { checkToken } = await import("../../dashboard/guard.ts");
        const { listenWith } = await import("../../webhook/node.ts");
        const { BELLWETHER_DASHBOARD_TOKEN: kept = "" } = process.env;
        const token = checkToken(kept === "" ? randomBytes(24).toString("base64url") : kept);
        const app = dashboardApp({
          books,
          profiles: [...(await allProfiles()).values()].map(compileProfile),
          clock: { nowMs: () => Date.now() },
          ...(asked.date === undefined ? {} : { date: dateOf(asked.date) }),
          token,
          hosts: new Set(["127.0.0.1", "localhost", "[::1]", asked.host.toLowerCase()]),
          resume: (scope) => resume(books, scope),
        });
        const stopped = signalled();
        const { url, close } = await listenWith(app.fetch, {
          port: portOf(asked),
          host: asked.host,
        });
        terminal.out(
          asked.json === true
            ? `${JSON.stringify({ url, token })}\n`
            : `${url}/?token=${token} shows ${books.where}; Ctrl-C stops it\n`,
        );
        await stopped;
        await close();
      }),
    );
}

function dateOf(text: string): string {
  if (isDate(text)) return text;
  throw new InputError(`--date: expected a date such as 2026-11-20, got "${text}"`);
}

function portOf({ port }: Asked): number {
  const value = Number(port);
  if (/^\d{1,5}$/.test(port) && value <= 65_535) return value;
  throw new InputError(`--port: expected a whole number up to 65535, got "${port}"`);
}

/** Resolves at the first wish to stop; a second one ends the process as usual. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      resolve();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}
