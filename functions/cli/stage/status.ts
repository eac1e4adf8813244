import { Command } from "commander";
import { iso } from "../../../core/domain/time.ts";
import type { Needs } from "../../deploy/needs.ts";
import { streams } from "../../deploy/needs.ts";
import type { Books } from "../books/books.ts";
import type { BooksOptions, OpenBooks } from "../books/commands.ts";
import { allProfiles } from "../catalogue.ts";
import { textTable } from "../render/table.ts";
import type { Terminal } from "../terminal.ts";
import type { StageDeps } from "./deps.ts";

interface StatusOptions extends BooksOptions {
  readonly json?: boolean;
}

/** How one profile stands. */
interface ProfileStatus {
  readonly profile: string;
  readonly mode: string;
  readonly account: string;
  readonly bars: "polled" | "streamed";
  /** Close of the newest bar that it decided on, UTC; null before the first. */
  readonly lastBar: string | null;
  readonly openOrders: number;
  readonly positions: number;
  /** Why it is stopped, or null while it runs. */
  readonly halted: string | null;
}

/** What a stage does at this moment. */
interface Status {
  readonly where: string;
  readonly profiles: readonly ProfileStatus[];
  readonly switches: readonly string[];
  /** Messages in each queue; null for a server of this machine, which has none. */
  readonly queues: Readonly<Record<string, number>> | null;
}

/** `bellwether status`: what runs, its last bars, open orders, kill switches and queues. */
export function statusCommand(terminal: Terminal, deps: StageDeps, open: OpenBooks): Command {
  return new Command("status")
    .description("Show what runs on a stage: last bars, open orders, kill switches, queues.")
    .option("--stage <name>", "deployed stage; without it what `bellwether serve` keeps here")
    .option("--store <dir>", "folder of `bellwether serve` (default: .bellwether)")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExamples:\n  bellwether status --stage dev\n")
    .action(async (options: StatusOptions) => {
      const { needsOf } = await import("../../deploy/needs.ts");
      const { stage } = options;
      const needs = needsOf([...(await allProfiles()).values()], stage ?? "local");
      const books = await open(options);
      try {
        const queues = stage === undefined ? null : await depthsOf(deps, stage);
        const status = await statusOf(needs, books, queues);
        const shown =
          options.json === true ? JSON.stringify(status, null, 2) : text(status, terminal);
        terminal.out(`${shown}\n`);
      } finally {
        await books.close();
      }
    });
}

async function depthsOf(deps: StageDeps, stage: string) {
  const { stageClients } = await import("../../deploy/clients.ts");
  const { queueDepths } = await import("../../deploy/stageChecks.ts");
  return Object.fromEntries(await queueDepths(stageClients(deps.aws), stage));
}

async function statusOf(
  needs: Needs,
  { store, switches, where }: Books,
  queues: Status["queues"],
): Promise<Status> {
  const profiles: ProfileStatus[] = [];
  for (const profile of needs.profiles) {
    const { name, mode, account } = profile;
    const state = (await store.profile(name))?.value;
    const book = (await store.book(account.name))?.value;
    const last = Math.max(0, ...Object.values(state?.symbols ?? {}).map((one) => one.lastTimeMs));
    const halts = await switches.halts(name, account.name);
    const positions = Object.values(book?.ledgers[name]?.positions ?? {});
    profiles.push({
      profile: name,
      mode,
      account: account.name,
      bars: streams(profile) || needs.streams ? "streamed" : "polled",
      lastBar: last === 0 ? null : iso(last),
      openOrders: (book?.orders ?? []).filter(({ request }) => request.profile === name).length,
      positions: positions.filter(({ quantity }) => quantity !== 0n).length,
      halted: state?.halted ?? halts[0]?.reason ?? null,
    });
  }
  const on = (await switches.all()).map(
    ({ kind, name, by, reason, sinceMs }) =>
      `${kind === "all" ? "everything" : `${kind} ${name}`}: ${reason} (${by}, ${iso(sinceMs)})`,
  );
  return { where, profiles, switches: on, queues };
}

function text({ where, profiles, switches, queues }: Status, { colour }: Terminal): string {
  const table = textTable(
    ["profile", "mode", "account", "bars", "last bar", ">orders", ">positions", "halted"],
    profiles.map((one) => [
      one.profile,
      one.mode,
      one.account,
      one.bars,
      one.lastBar ?? "none yet",
      String(one.openOrders),
      String(one.positions),
      one.halted ?? "",
    ]),
    colour,
  );
  const lines = [where, table, ""];
  lines.push(switches.length === 0 ? "no kill switch is on" : "kill switches that are on:");
  lines.push(...switches.map((line) => `  ${line}`));
  if (queues !== null) {
    const depths = Object.entries(queues).map(([name, count]) => `${name} ${count}`);
    lines.push(`messages waiting: ${depths.join(", ")}`);
  }
  return lines.join("\n");
}
