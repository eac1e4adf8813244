import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { costCommand } from "./cost.ts";

/** `cost`: what concerns a deployed stage. */
export function stageCommands(terminal: Terminal): readonly Command[] {
  return [costCommand(terminal)];
}
