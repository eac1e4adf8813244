import { Command, CommanderError } from "commander";
import { InputError, TransientError } from "../../core/domain/errors.ts";
import { isOfAws, known } from "../aws/errors.ts";
import { bookCommands } from "./books/commands.ts";
import { controlCommands } from "./books/control.ts";
import { dashboardCommand } from "./books/dashboard.ts";
import { openBooksOf } from "./books/open.ts";
import { outcomesCommand } from "./books/outcomes.ts";
import { parityCommands } from "./books/parity.ts";
import { reconcileCommand } from "./books/reconcile.ts";
import { shadowCommand } from "./books/shadow.ts";
import { exchangeCommand } from "./exchange.ts";
import { indicatorsCommand } from "./indicators.ts";
import { newCommand } from "./new.ts";
import { replayCommand } from "./replay.ts";
import { schemaCommand } from "./schema.ts";
import { sendSignalCommand } from "./sendSignal.ts";
import { serveCommand } from "./serve.ts";
import { simulateCommand } from "./simulate.ts";
import { stageCommands } from "./stage/commands.ts";
import { systemDeps } from "./stage/system.ts";
import { strategiesCommand } from "./strategies.ts";
import { sweepCommand } from "./sweep.ts";
import { sweepResultsCommand } from "./sweepResults.ts";
import { processTerminal, type Terminal } from "./terminal.ts";
import { versionOf } from "./version.ts";

/** Exit codes: fine, the run failed, bad arguments or data. */
export const EXIT = { ok: 0, failed: 1, badInput: 2 } as const;

/** Runs the command line and answers its exit code; errors are printed, never thrown. */
export async function main(argv: readonly string[], own?: Terminal): Promise<number> {
  let code: number = EXIT.ok;
  const base = own ?? processTerminal(() => {});
  const terminal: Terminal = {
    ...base,
    exit: (next) => {
      code = next;
    },
  };
  const program = programOf(terminal);
  prepare(program, terminal);
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
}

/** Every command there is, with what it writes to. */
export function programOf(terminal: Terminal): Command {
  const program = new Command("bellwether")
    .description("Replay trading strategies on recorded markets: what was replayed is what trades.")
    .version(versionOf(), "-v, --version")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether replay --all\n  bellwether new strategy my-idea\n",
    );
  for (const make of [
    replayCommand,
    sweepCommand,
    sweepResultsCommand,
    exchangeCommand,
    strategiesCommand,
    indicatorsCommand,
    newCommand,
    schemaCommand,
    serveCommand,
    sendSignalCommand,
    simulateCommand,
  ]) {
    program.addCommand(make(terminal));
  }
  for (const command of bookCommands(terminal, openBooksOf)) program.addCommand(command);
  for (const command of controlCommands(terminal, openBooksOf)) program.addCommand(command);
  for (const command of parityCommands(terminal, openBooksOf)) program.addCommand(command);
  program.addCommand(shadowCommand(terminal, openBooksOf));
  program.addCommand(outcomesCommand(terminal, openBooksOf));
  program.addCommand(reconcileCommand(terminal, openBooksOf));
  program.addCommand(dashboardCommand(terminal, openBooksOf));
  for (const command of stageCommands(terminal, systemDeps(), openBooksOf))
    program.addCommand(command);
  return program;
}

/** Every command ends by an error that is caught here, and writes to the given terminal. */
function prepare(command: Command, terminal: Terminal): void {
  command
    .exitOverride()
    .showHelpAfterError("(add --help for the options and examples)")
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
    });
  for (const child of command.commands) prepare(child, terminal);
}

function exitCodeOf(thrown: unknown, terminal: Terminal): number {
  // Commands of a stage ask many services: what they have in common is said in one place.
  const error = isOfAws(thrown) ? known("AWS", thrown) : thrown;
  // Help and version end the program by an "error" of their own; asked for, they are none.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  if (error instanceof InputError) {
    terminal.err(`bellwether: ${error.message}\n`);
    return EXIT.badInput;
  }
  // Nobody's mistake: what is out of reach says so itself, and where in our code tells no more.
  if (error instanceof TransientError) {
    terminal.err(`bellwether: ${error.message}; try again when it is there\n`);
    return EXIT.failed;
  }
  terminal.err(
    `bellwether: the run failed: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT.failed;
}
