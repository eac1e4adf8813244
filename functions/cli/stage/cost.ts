import { Command } from "commander";
import { InputError } from "../../../core/domain/errors.ts";
import type { Profile } from "../../../core/strategy/profile.ts";
import { ASSUMED } from "../../cost/assumed.ts";
import type { Estimate } from "../../cost/estimate.ts";
import { type Cell, GRID_ORDERS_A_DAY } from "../../cost/grid.ts";
import type { Counts } from "../../cost/measure.ts";
import { PRICES_OF } from "../../cost/prices.ts";
import type { Needs } from "../../deploy/needs.ts";
import { allProfiles, picked } from "../catalogue.ts";
import { textTable } from "../render/table.ts";
import type { Terminal } from "../terminal.ts";
import { whole } from "../values.ts";

interface CostOptions {
  readonly stage: string;
  readonly table?: boolean;
  readonly notify?: boolean;
  readonly sweeps?: string;
  readonly json?: boolean;
}

/** `bellwether cost`: what a stage costs a month, from what its profiles do in a replay. */
export function costCommand(terminal: Terminal): Command {
  return new Command("cost")
    .description("Estimate a month's AWS bill of a stage from event counts of a replay.")
    .argument("[profiles...]", "profiles as if in paper mode; default: those active on the stage")
    .option("--stage <name>", "stage whose profiles count", "dev")
    .option("--table", "1, 10, 50 profiles of 10, 100, 500 instruments and three bar lengths")
    .option("--notify", "with BELLWETHER_NOTIFY=yes: chats are told")
    .option("--sweeps <sets>", "with BELLWETHER_SWEEPS=yes, and so many sets a month")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether cost sixty-forty\n  bellwether cost --stage prod --json\n  bellwether cost --table\n",
    )
    .action(async (names: readonly string[], options: CostOptions) => {
      if (options.table === true) return printTable(terminal, options.json === true);
      const { needs, counts, estimate } = await estimated(names, options);
      if (options.json === true) {
        const { profiles: _, ...shape } = needs;
        const body = { prices: PRICES_OF, assumed: ASSUMED, needs: shape, counts, ...estimate };
        return terminal.out(`${JSON.stringify(body, null, 2)}\n`);
      }
      terminal.out(estimateText(needs, counts, estimate, terminal));
    });
}

async function estimated(names: readonly string[], options: CostOptions) {
  // Loaded here: most commands measure nothing.
  const { measure } = await import("../../cost/measure.ts");
  const { usageOf } = await import("../../cost/usage.ts");
  const { estimateOf } = await import("../../cost/estimate.ts");
  const { needsOf } = await import("../../deploy/needs.ts");
  const all = await allProfiles();
  const profiles =
    names.length === 0
      ? [...all.values()]
      : names.map((name) => asPaper(picked(all, name, "profile")));
  const needs = needsOf(profiles, options.stage);
  const active = new Set(needs.profiles.map(({ name }) => name));
  const counts: Counts[] = [];
  for (const profile of profiles) {
    if (active.has(profile.options.name)) counts.push(await measure(profile));
  }
  const { notify = false, sweeps } = options;
  const extras = { notify, sweptSets: sweeps === undefined ? null : setsOf(sweeps) };
  return { needs, counts, estimate: estimateOf(usageOf(needs, counts, extras)) };
}

function setsOf(text: string): number {
  const sets = whole("--sweeps", text);
  if (sets >= 0) return sets;
  throw new InputError(`--sweeps: expected a number of sets a month, got "${text}"`);
}

/** A profile that is named is estimated as if it ran on the stage, whatever its mode. */
function asPaper({ strategy, options }: Profile): Profile {
  const { bars } = options.deploy ?? {};
  return {
    strategy,
    options: { ...options, mode: "paper", deploy: bars === undefined ? {} : { bars } },
  };
}

function estimateText(
  needs: Needs,
  counts: readonly Counts[],
  { lines, list, billed }: Estimate,
  { colour }: Terminal,
): string {
  const counted = textTable(
    ["profile", ">instruments", ">closes", ">orders", ">events", ">snapshot KB"],
    counts.map((one) => [
      one.profile,
      String(one.instruments),
      rounded(one.closes.perSession),
      rounded(one.orders),
      rounded(one.events.perSession),
      rounded(one.snapshotBytes / 1024),
    ]),
    colour,
  );
  const rows = lines.map((line) => [
    line.item,
    rounded(line.quantity),
    line.unit,
    dollars(line.list),
    dollars(line.billed),
  ]);
  const bill = textTable(
    ["item", ">a month", "unit", ">list $", ">billed $"],
    [...rows, ["total", "", "", dollars(list), dollars(billed)]],
    colour,
  );
  return [
    `Counted in a replay of generated prices, an average session:\n${counted}`,
    `A month on stage ${needs.stage}, ${needs.streams ? "with" : "without"} the stream task:\n${bill}`,
    `${NOTE}\n`,
  ].join("\n\n");
}

const NOTE =
  `Prices of ${PRICES_OF.region}, ${PRICES_OF.date}. "billed" takes off what AWS gives every account each\n` +
  "month without end, if nothing else uses it. Run times are assumed, see functions/cost/assumed.ts.";

async function printTable(terminal: Terminal, asJson: boolean): Promise<void> {
  const { gridOf } = await import("../../cost/grid.ts");
  const cells = await gridOf();
  if (asJson) {
    const rows = cells.map(({ estimate: { list, billed }, ...size }) => ({
      ...size,
      list,
      billed,
    }));
    return terminal.out(`${JSON.stringify({ prices: PRICES_OF, cells: rows }, null, 2)}\n`);
  }
  terminal.out(`${gridText(cells, terminal.colour)}\n${GRID_NOTE}\n${NOTE}\n`);
}

const GRID_NOTE =
  "\nDollars a month, billed. Each profile is an EMA cross over all instruments, held to " +
  `${GRID_ORDERS_A_DAY} entries\na day, all in one account.`;

/** The table of sizes: one row a bar length and number of instruments. */
export function gridText(cells: readonly Cell[], colour: boolean): string {
  const counts = [...new Set(cells.map(({ profiles }) => profiles))];
  const head = counts.flatMap((n) => [`>${n} polled`, `>${n} streamed`]);
  const keys = [...new Set(cells.map(({ bars, instruments }) => `${bars} ${instruments}`))];
  const rows = keys.map((key) => {
    const own = cells.filter(({ bars, instruments }) => `${bars} ${instruments}` === key);
    const cellOf = (n: number, stream: boolean) =>
      own.find((one) => one.profiles === n && one.stream === stream)?.estimate.billed;
    const [bars = "", instruments = ""] = key.split(" ");
    return [
      bars,
      instruments,
      rounded(own[0]?.ordersPerSession ?? 0),
      ...counts.flatMap((n) => [dollars(cellOf(n, false)), dollars(cellOf(n, true))]),
    ];
  });
  return textTable(["bars", ">instruments", ">orders a day", ...head], rows, colour);
}

function dollars(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(2);
}

function rounded(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
