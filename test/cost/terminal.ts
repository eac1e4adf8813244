import { main } from "../../functions/cli/main.ts";

/** Runs a command line in this process and keeps what it prints. */
export async function run(...args: readonly string[]) {
  let out = "";
  let err = "";
  const code = await main(["node", "bellwether", ...args], {
    columns: 140,
    colour: false,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    exit: () => {},
    progress: async () => ({ update: () => {}, stop: () => {} }),
  });
  return { code, out, err };
}
