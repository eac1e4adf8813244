import { Command } from "commander";
import { InputError } from "../../core/domain/errors.ts";
import { indicatorCatalogue } from "../../core/indicators/index.ts";
import { textTable } from "./render/table.ts";
import type { Terminal } from "./terminal.ts";

/** `bellwether indicators`: what there is, how it is written, and when it has a value. */
export function indicatorsCommand(terminal: Terminal): Command {
  return new Command("indicators")
    .description("List indicators with their parameters, outputs and warm-up.")
    .argument("[name]", "one indicator")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether indicators\n  bellwether indicators macd --json\n",
    )
    .action((name: string | undefined, { json }: { json?: boolean }) => {
      const chosen = indicatorCatalogue.filter(
        (entry) => name === undefined || entry.name === name,
      );
      if (chosen.length === 0) {
        const known = indicatorCatalogue.map((entry) => entry.name).join(", ");
        throw new InputError(`expected an indicator (${known}), got "${name}"`);
      }
      const listed = chosen.map(({ make, ...entry }) => ({ ...entry, params: make().params }));
      if (json === true) {
        terminal.out(`${JSON.stringify(listed, null, 2)}\n`);
        return;
      }
      const rows = listed.map((entry) => [
        entry.name,
        entry.usage,
        entry.warmUp,
        entry.description,
      ]);
      const head = ["indicator", "usage", "warm-up, bars", "meaning"];
      terminal.out(`${textTable(head, rows, terminal.colour)}\n`);
    });
}
