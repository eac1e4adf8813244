import type { Command } from "commander";
import type { Terminal } from "../../functions/cli/terminal.ts";

/** Runs one command by itself; what it refuses is thrown. */
export async function ran(make: (terminal: Terminal) => Command, args: readonly string[]) {
  let out = "";
  let err = "";
  let code = 0;
  const terminal: Terminal = {
    columns: 140,
    colour: false,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    exit: (next) => {
      code = next;
    },
    progress: async () => ({ update: () => {}, stop: () => {} }),
  };
  await make(terminal)
    .exitOverride()
    .parseAsync([...args], { from: "user" });
  return { out, err, code };
}
