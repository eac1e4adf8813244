import { Command } from "commander";
import * as z from "zod";
import { replayResult } from "../../core/runtime/result.ts";
import type { Terminal } from "./terminal.ts";

/** `bellwether schema`: the JSON Schema of what `replay --json` writes. */
export function schemaCommand(terminal: Terminal): Command {
  return new Command("schema")
    .description("Print the JSON Schema of the result that replay --json writes.")
    .addHelpText("after", "\nExample:\n  bellwether schema > result.schema.json\n")
    .action(() => terminal.out(`${JSON.stringify(resultSchema(), null, 2)}\n`));
}

/** The published schema: decimals are text, times are integer UTC milliseconds. */
export function resultSchema(): object {
  return z.toJSONSchema(replayResult, { io: "input", unrepresentable: "any" });
}
