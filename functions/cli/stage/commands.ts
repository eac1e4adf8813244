import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { costCommand } from "./cost.ts";
import type { StageDeps } from "./deps.ts";
import { doctorCommand } from "./doctor.ts";
import { secretsCommand } from "./secrets.ts";

/** `cost`, `secrets` and `doctor`: what concerns a deployed stage. */
export function stageCommands(terminal: Terminal, deps: StageDeps): readonly Command[] {
  return [costCommand(terminal), secretsCommand(terminal, deps), doctorCommand(terminal, deps)];
}
