import { Command } from "commander";
import { textOf } from "../../../core/domain/decimal.ts";
import { InputError, InvariantError } from "../../../core/domain/errors.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { LivePorts } from "../../../core/runtime/livePorts.ts";
import {
  RECONCILE_DEFAULTS,
  type Reconciled,
  type ReconcileOptions,
} from "../../../core/runtime/reconcileHandler.ts";
import { compileProfile } from "../../../core/strategy/profile.ts";
import type { VenueKeys } from "../../deploy/keys.ts";
import { allProfiles } from "../catalogue.ts";
import type { Terminal } from "../terminal.ts";
import type { Books } from "./books.ts";
import { type BooksOptions, type OpenBooks, show, using, withBooks } from "./commands.ts";

interface Asked extends BooksOptions {
  readonly url?: string;
  readonly paper?: boolean;
  readonly cash?: boolean;
  readonly cancelStrangers?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  bellwether reconcile --url http://127.0.0.1:8787
  APCA_API_KEY_ID=… APCA_API_SECRET_KEY=… bellwether reconcile main --paper
  bellwether reconcile --stage prod --json

It books what was missed and halts the profiles of what differs past the tolerance, as the job does;
it never trades. The keys of a stage are its own, read by whoever may read its secrets.

Exit codes: 0 the books agree, 1 something differs past the tolerance, 2 bad arguments or data.
`;

/** `reconcile`: the books of accounts against the venue's, once and now. */
export function reconcileCommand(terminal: Terminal, open: OpenBooks): Command {
  return withBooks(new Command("reconcile"))
    .description("Compare the books with the venue's: book what was missed, tell what differs.")
    .argument("[account]", "one account; all that have books when left out")
    .option("--url <address>", "a running exchange that speaks as Alpaca does")
    .option("--paper", "Alpaca's paper host, keys in APCA_API_KEY_ID and APCA_API_SECRET_KEY")
    .option("--cash", "compare cash too, to a dollar")
    .option("--cancel-strangers", "cancel open orders that were never ours")
    .addHelpText("after", EXAMPLES)
    .action((account: string | undefined, asked: Asked) =>
      using(open, asked, async (books) => {
        const { reconcileEntry } = await import("../../reconcile/handler.ts");
        const found: Reconciled[] = [];
        for (const name of await accountsOf(books, account)) {
          const ports = await portsOf(books, name, asked, terminal);
          found.push(await reconcileEntry(ports, () => judged(asked))({ account: name }));
        }
        tell(terminal, asked, found);
        const isPast = found.some(({ drifts }) => drifts.some((drift) => drift.isPast));
        terminal.exit(isPast ? 1 : 0);
      }),
    );
}

function judged({ cash = false, cancelStrangers = false }: Asked): ReconcileOptions {
  const strangers = cancelStrangers ? "cancel" : "report";
  return { ...RECONCILE_DEFAULTS, comparesCash: cash, strangers };
}

async function accountsOf({ store, where }: Books, asked?: string): Promise<readonly string[]> {
  const profiles = [...(await allProfiles()).values()].map(compileProfile);
  const known = [...new Set(profiles.map(({ account }) => account.name))].sort();
  const names: string[] = [];
  for (const name of asked === undefined ? known : [asked]) {
    if ((await store.book(name)) !== undefined) names.push(name);
  }
  if (names.length > 0) return names;
  throw new InputError(`${where}: expected books of ${asked ?? "an account"}, found none`);
}

async function portsOf(
  books: Books,
  account: string,
  asked: Asked,
  terminal: Terminal,
): Promise<LivePorts> {
  const { connectAlpaca } = await import("../../alpaca/connect.ts");
  const { systemClock, VenueClock } = await import("../../serve/clocks.ts");
  const { stage, url } = asked;
  const keys = stage === undefined ? keysHere(asked) : await keysOfStage(stage, account);
  const { keyId, secret } = keys;
  const clock = url === undefined ? systemClock : new VenueClock(url, keyId, secret);
  await clock.refresh();
  const known = async () => (await books.store.book(account))?.value.orders ?? [];
  const mode = await modeOf(account, stage);
  const place = { keyId, secret, mode, baseUrl: url, clock: systemClock, known };
  const { venue, data } = connectAlpaca(place);
  return portsWith(books, { venue: () => venue, marketData: data }, clock, terminal);
}

function absent(): never {
  throw new InvariantError("reconciling decides nothing and plans nothing");
}

const NO_LEASES = { acquire: absent, renew: absent, release: absent, find: absent };

/** What reconciling never asks for is not there. */
function portsWith(
  { store, journal, switches, notes = NO_LEASES }: Books,
  reached: Pick<LivePorts, "venue" | "marketData">,
  clock: Clock,
  terminal: Terminal,
): LivePorts {
  return {
    store,
    journal,
    switches,
    ...reached,
    clock,
    runner: absent,
    leases: notes,
    scheduler: { once: absent, remove: absent },
    notifier: { notify: async ({ title, text }) => terminal.err(`${title}: ${text}\n`) },
  };
}

function keysHere({ url, paper = false }: Asked) {
  if ((url === undefined) === !paper) {
    throw new InputError("expected one of --url, --paper and --stage: where the venue is");
  }
  const { APCA_API_KEY_ID: keyId = "", APCA_API_SECRET_KEY: secret = "" } = process.env;
  // An exchange of one's own takes any keys; Alpaca does not.
  if (!paper) return { keyId: keyId || "local", secret: secret || "local" };
  if (keyId !== "" && secret !== "") return { keyId, secret };
  throw new InputError("keys: expected APCA_API_KEY_ID and APCA_API_SECRET_KEY to be set");
}

async function keysOfStage(stage: string, account: string): Promise<VenueKeys[string]> {
  const { stageClients } = await import("../../deploy/clients.ts");
  const { readKeys, venueKeys } = await import("../../deploy/keys.ts");
  const found = (await readKeys(stageClients().secrets, stage, "venue", venueKeys))[account];
  if (found !== undefined) return found;
  const how = `bellwether secrets set venue ${account} --stage ${stage}`;
  throw new InputError(`account ${account}: expected venue keys, found none: ${how}`);
}

/** Real money is traded on stages alone: there the account is looked at where it is. */
async function modeOf(account: string, stage: string | undefined): Promise<"paper" | "live"> {
  if (stage === undefined) return "paper";
  const { needsOf } = await import("../../deploy/needs.ts");
  const { profiles } = needsOf([...(await allProfiles()).values()], stage);
  const isLive = profiles.some((one) => one.account.name === account && one.mode === "live");
  return isLive ? "live" : "paper";
}

function tell(terminal: Terminal, asked: Asked, found: readonly Reconciled[]): void {
  if (asked.json === true) {
    const plain = (_key: string, value: unknown) =>
      typeof value === "bigint" ? textOf(value) : value;
    terminal.out(`${JSON.stringify(found, plain, 2)}\n`);
    return;
  }
  show(
    terminal,
    asked,
    found.flatMap((one) => rowsOf(one, asked.cancelStrangers === true)),
  );
}

function rowsOf({ account, booked, strangers, drifts }: Reconciled, isCancelled: boolean) {
  const row = (found: string, what: string, ours = "", venues = "", verdict = "") => {
    return { account, found, what, ours, venues, verdict };
  };
  return [
    row("booked", `${booked} events`, "", "", booked === 0 ? "nothing was missed" : "now ours"),
    ...strangers.map((order) =>
      row("stranger", order, "", "", isCancelled ? "cancelled" : "left as it is"),
    ),
    ...drifts.map(({ what, ours, venues, isPast }) =>
      row("drift", what, textOf(ours), textOf(venues), isPast ? "HALTED" : "within tolerance"),
    ),
  ];
}
