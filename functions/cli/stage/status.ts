import { Command } from "commander";
import type { BooksOptions, OpenBooks } from "../books/commands.ts";
import { allProfiles } from "../catalogue.ts";
import type { Terminal } from "../terminal.ts";
import type { StageDeps } from "./deps.ts";
import { statusOf, statusText } from "./standing.ts";

interface StatusOptions extends BooksOptions {
  readonly json?: boolean;
}

/** `bellwether status`: what runs, its last bars, leader, open orders, kill switches and queues. */
export function statusCommand(terminal: Terminal, deps: StageDeps, open: OpenBooks): Command {
  return new Command("status")
    .description(
      "Show what runs on a stage: last bars, leader, open orders, kill switches, queues.",
    )
    .option("--stage <name>", "deployed stage; without it what `bellwether serve` keeps here")
    .option("--store <dir>", "folder of `bellwether serve` (default: .bellwether)")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExamples:\n  bellwether status --stage dev\n")
    .action(async (options: StatusOptions) => {
      const { needsOf } = await import("../../deploy/needs.ts");
      const { stage } = options;
      const needs = needsOf([...(await allProfiles()).values()], stage ?? "local");
      const books = await open(options);
      try {
        const queues = stage === undefined ? null : await depthsOf(deps, stage);
        const status = await statusOf(needs, books, queues, deps.nowMs());
        const shown =
          options.json === true
            ? JSON.stringify(status, null, 2)
            : statusText(status, terminal.colour);
        terminal.out(`${shown}\n`);
      } finally {
        await books.close();
      }
    });
}

async function depthsOf(deps: StageDeps, stage: string) {
  const { stageClients } = await import("../../deploy/clients.ts");
  const { queueDepths } = await import("../../deploy/stageChecks.ts");
  return Object.fromEntries(await queueDepths(stageClients(deps.aws), stage));
}
