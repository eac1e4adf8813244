import { Command } from "commander";
import * as z from "zod";
import type { Strategy } from "../../core/strategy/define.ts";
import { allStrategies, picked } from "./catalogue.ts";
import { textTable } from "./render/table.ts";
import type { Terminal } from "./terminal.ts";

/** A parameter as its schema describes it. */
interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly default: unknown;
  readonly range: string;
  readonly description: string;
}

const property = z.looseObject({
  type: z.string().optional(),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  description: z.string().optional(),
});
const properties = z.looseObject({ properties: z.record(z.string(), property).default({}) });

/** `bellwether strategies`: what there is and what can be set. */
export function strategiesCommand(terminal: Terminal): Command {
  return new Command("strategies")
    .description("List strategies with their parameters.")
    .argument("[name]", "one strategy")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether strategies\n  bellwether strategies ema-cross --json\n",
    )
    .action(async (name: string | undefined, { json }: { json?: boolean }) => {
      const all = await allStrategies();
      const chosen = name === undefined ? [...all.values()] : [picked(all, name, "strategy")];
      const listed = chosen.map((strategy) => {
        const { name: own, description, bars } = strategy;
        return { name: own, description, bars, parameters: parametersOf(strategy) };
      });
      terminal.out(
        json === true ? `${JSON.stringify(listed, null, 2)}\n` : listing(listed, terminal),
      );
    });
}

/** The parameters of a strategy, read from its zod schema. */
export function parametersOf(strategy: Strategy): readonly Parameter[] {
  const schema = properties.parse(z.toJSONSchema(strategy.params, { io: "input" }));
  return Object.entries(schema.properties).map(([name, of]) => ({
    name,
    type: of.type ?? "any",
    default: of.default ?? null,
    range: rangeOf(of),
    description: of.description ?? "",
  }));
}

function rangeOf(of: z.output<typeof property>): string {
  const low =
    of.exclusiveMinimum === undefined ? bound("≥", of.minimum) : `> ${of.exclusiveMinimum}`;
  const high =
    of.exclusiveMaximum === undefined ? bound("≤", of.maximum) : `< ${of.exclusiveMaximum}`;
  return [low, high].filter((text) => text !== "").join(", ");
}

function bound(sign: string, value: number | undefined): string {
  // Integers carry the bounds of safe integers, which say nothing.
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER
    ? ""
    : `${sign} ${value}`;
}

function listing(
  strategies: readonly {
    name: string;
    description: string;
    bars: string;
    parameters: readonly Parameter[];
  }[],
  terminal: Terminal,
): string {
  return strategies
    .map(({ name, description, bars, parameters }) => {
      const rows = parameters.map((one) => [
        `  ${one.name}`,
        one.type,
        one.default === null ? "" : JSON.stringify(one.default),
        one.range,
        one.description,
      ]);
      const head = ["  parameter", "type", "default", "range", "meaning"];
      const table = rows.length === 0 ? "  no parameters" : textTable(head, rows, terminal.colour);
      return `${name} (${bars}): ${description}\n${table}\n`;
    })
    .join("\n");
}
