import { main } from "../../functions/cli/main.ts";
import type { Terminal } from "../../functions/cli/terminal.ts";

/** A terminal without colours that keeps what is written to it. */
export function recordingTerminal(columns = 140) {
  const said = { out: "", err: "", code: 0 };
  const terminal: Terminal = {
    columns,
    colour: false,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    exit: (code) => {
      said.code = code;
    },
    progress: async () => ({ update: () => {}, stop: () => {} }),
  };
  return { terminal, said };
}

/** Runs a command line in this process and keeps what it prints. */
export async function run(...args: readonly string[]) {
  const { terminal, said } = recordingTerminal();
  const code = await main(["node", "bellwether", ...args], terminal);
  return { code, out: said.out, err: said.err };
}
