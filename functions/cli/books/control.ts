import { Command } from "commander";
import { InputError } from "../../../core/domain/errors.ts";
import { iso } from "../../../core/domain/time.ts";
import type { Store } from "../../../core/ports/store.ts";
import type { HaltAction, SwitchScope } from "../../../core/ports/switches.ts";
import { again } from "../../../core/runtime/again.ts";
import { carryOutHalts, type HaltedProfile } from "../../../core/runtime/haltHandler.ts";
import { EVENTS_ALONE } from "../../../core/runtime/ingest.ts";
import { allProfiles } from "../catalogue.ts";
import type { Terminal } from "../terminal.ts";
import type { Books } from "./books.ts";
import { type BooksOptions, type OpenBooks, using, withBooks } from "./commands.ts";

interface Asked extends BooksOptions {
  readonly account?: string;
  readonly reason?: string;
  readonly keepOrders?: boolean;
  readonly flatten?: boolean;
  readonly json?: boolean;
}

/** `kill` and `resume`: the kill switch of a profile, an account or everything. */
export function controlCommands(terminal: Terminal, open: OpenBooks): readonly Command[] {
  return [killCommand(terminal, open), resumeCommand(terminal, open)];
}

function killCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("kill"))
    .description(
      "Stop new orders at once and cancel working entries; exits pass. Without a name: all.",
    )
    .argument("[profile]", "one profile")
    .option("--account <name>", "every profile of an account")
    .option("--reason <text>", "why, for the journal and whoever comes later", "by hand")
    .option("--keep-orders", "leave working entries as they are; else they are cancelled")
    .option("--flatten", "cancel every order, and close positions at the market")
    .addHelpText(
      "after",
      "\nExamples:\n  bellwether kill\n" +
        '  bellwether kill ema-spy --reason "odd fills"\n' +
        "  bellwether kill --account main --flatten\n",
    )
    .action((profile: string | undefined, asked: Asked) =>
      using(open, asked, async ({ store, switches }) => {
        const scope = await scopeOf(profile, asked.account);
        const { reason = "by hand" } = asked;
        const action = actionOf(asked);
        await switches.halt({ ...scope, reason, by: "command line", sinceMs: Date.now(), action });
        // What runs carries it out within a minute; what is asked for here it finds at once.
        const clock = { nowMs: () => Date.now() };
        await carryOutHalts({ store, switches, clock }, await keptProfiles(store));
        await state(terminal, asked, switches.all());
      }),
    );
}

function resumeCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("resume"))
    .description("Let orders pass again. Without a name: lifts the switch of everything.")
    .argument("[profile]", "one profile")
    .option("--account <name>", "every profile of an account")
    .addHelpText("after", "\nExamples:\n  bellwether resume\n  bellwether resume ema-spy\n")
    .action((profile: string | undefined, asked: Asked) =>
      using(open, asked, async (books) => {
        await resume(books, await scopeOf(profile, asked.account));
        await state(terminal, asked, books.switches.all());
      }),
    );
}

function actionOf({ keepOrders, flatten }: Asked): HaltAction {
  if (flatten !== true) return keepOrders === true ? "stop" : "cancel";
  if (keepOrders === true) throw new InputError("expected --keep-orders or --flatten, got both");
  return "flatten";
}

/** Profiles whose account has books here. */
async function keptProfiles(store: Store): Promise<readonly HaltedProfile[]> {
  const found: HaltedProfile[] = [];
  for (const { options } of (await allProfiles()).values()) {
    const account = { name: options.account?.name ?? options.name };
    if ((await store.book(account.name)) !== undefined) found.push({ name: options.name, account });
  }
  return found;
}

/** Lifts a switch, and with a profile's what one of its limits has ended. */
export async function resume({ store, switches }: Books, scope: SwitchScope): Promise<void> {
  await switches.resume(scope);
  if (scope.kind === "profile") await resumeEntries(store, scope.name);
}

/** Lifts what a limit such as the drawdown's has ended; the limit itself stays as it is. */
async function resumeEntries(store: Store, name: string): Promise<void> {
  await again(async () => {
    const kept = await store.profile(name);
    if (kept === undefined || kept.value.noEntries === null) return;
    const profileState = { ...kept.value, noEntries: null };
    const none = { ...EVENTS_ALONE, events: [], dedupe: null };
    await store.commit({ ...none, profile: name, profileVersion: kept.version, profileState });
  });
}

async function scopeOf(profile?: string, account?: string): Promise<SwitchScope> {
  if (profile !== undefined && account !== undefined) {
    throw new InputError("expected a profile or --account, got both");
  }
  if (account !== undefined) return { kind: "account", name: account };
  if (profile === undefined) return { kind: "all", name: "all" };
  const known = await allProfiles();
  // A misspelt name must not look like a switch that is on.
  if (known.has(profile)) return { kind: "profile", name: profile };
  throw new InputError(`profile: expected one of ${[...known.keys()].join(", ")}, got ${profile}`);
}

async function state(
  terminal: Terminal,
  { json }: Asked,
  pending: ReturnType<import("../../../core/ports/switches.ts").Switches["all"]>,
): Promise<void> {
  const halts = await pending;
  if (json === true) {
    terminal.out(`${JSON.stringify(halts, null, 2)}\n`);
    return;
  }
  if (halts.length === 0) terminal.out("nothing is halted\n");
  for (const { kind, name, reason, by, sinceMs, action } of halts) {
    const what = kind === "all" ? "everything" : `${kind} ${name}`;
    const also = action === "flatten" ? ", positions are being closed" : "";
    terminal.out(`${what} is halted since ${iso(sinceMs)} by ${by}: ${reason}${also}\n`);
  }
}
