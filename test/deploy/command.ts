import type { Command } from "commander";
import type { Terminal } from "../../functions/cli/terminal.ts";
import { recordingTerminal } from "../cli/terminal.ts";

/** Runs one command by itself; what it refuses is thrown. */
export async function ran(make: (terminal: Terminal) => Command, args: readonly string[]) {
  const { terminal, said } = recordingTerminal();
  await make(terminal)
    .exitOverride()
    .parseAsync([...args], { from: "user" });
  return said;
}
