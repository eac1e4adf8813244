import type { Command } from "commander";
import type { OpenBooks } from "../books/commands.ts";
import type { Terminal } from "../terminal.ts";
import { costCommand } from "./cost.ts";
import type { StageDeps } from "./deps.ts";
import { doctorCommand } from "./doctor.ts";
import { secretsCommand } from "./secrets.ts";
import { statusCommand } from "./status.ts";

/** `cost`, `secrets`, `doctor` and `status`: what concerns a deployed stage. */
export function stageCommands(
  terminal: Terminal,
  deps: StageDeps,
  open: OpenBooks,
): readonly Command[] {
  return [
    costCommand(terminal),
    secretsCommand(terminal, deps),
    doctorCommand(terminal, deps),
    statusCommand(terminal, deps, open),
  ];
}
