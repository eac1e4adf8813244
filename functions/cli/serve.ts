import { readFile } from "node:fs/promises";
import { Command } from "commander";
import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { withShadows } from "../../core/strategy/shadowed.ts";
import { notifierTo } from "../notify/notifier.ts";
import { parseTarget } from "../notify/targets.ts";
import type { SignalDoor } from "../serve/live.ts";
import { DEFAULT_FOLDER } from "./books/open.ts";
import { allProfiles, picked } from "./catalogue.ts";
import type { Played, RecordedOptions } from "./serveRecorded.ts";
import type { Terminal } from "./terminal.ts";

interface Options extends RecordedOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly paper?: boolean;
  readonly notify?: readonly string[];
  readonly secrets?: string;
}

const EXAMPLES = `
Examples:
  bellwether serve minutes-breakout --data ../shared/data --replay 2013-10-08
  bellwether serve sixty-forty --data ../shared/data --from 2009-01-01 --to 2009-03-31
  bellwether serve webhook-spy --data ../shared/data --from 2010-02-01 --signals signals.jsonl
  bellwether exchange --data ../shared/data --symbols SPY,IBM,AIG,BAC --speed 60   # and beside it:
  bellwether serve minutes-breakout --url http://127.0.0.1:8787
  APCA_API_KEY_ID=… APCA_API_SECRET_KEY=… bellwether serve sixty-forty --paper

A recorded day runs as fast as it can, against an exchange in this process. Everything that happens
is in the folder of --store: see \`bellwether orders\`, \`why\`, \`journal\` and \`kill\`. A server that
was stopped, or killed, goes on where its books are, and so does the exchange of a recorded day: the
next day of the same folder begins with what is held. Real money is not traded by this command.
`;

/** `bellwether serve`: everything in one process, on one machine. */
export function serveCommand(terminal: Terminal): Command {
  return new Command("serve")
    .description("Run profiles on this machine: on a recorded day, an exchange, or Alpaca paper.")
    .argument("<profiles...>", "profiles of one account, by name")
    .option("--store <dir>", "folder of the books", DEFAULT_FOLDER)
    .option("--data <dir>", "folder with recorded data instead of the profiles' own")
    .option("--replay <date>", "drive one recorded day through it")
    .option("--from <date>", "first recorded day; earlier bars are history")
    .option("--to <date>", "last recorded day")
    .option("--fees <model>", "fee model of the recorded market, as of replay", "none")
    .option("--slippage <model>", "slippage model of it, as of replay", "none")
    .option(
      "--actions <file>",
      "CSV of splits and dividends, or none (default: the data folder's own)",
    )
    .option("--signals <file>", "recorded signals, one envelope a line")
    .option("--url <address>", "a running exchange that speaks as Alpaca does")
    .option("--paper", "Alpaca's paper host, keys in APCA_API_KEY_ID and APCA_API_SECRET_KEY")
    .option("--webhook <port>", "take signals in on this port of 127.0.0.1; needs --secrets")
    .option("--secrets <file>", 'JSON of secrets by name: {"webhook-spy/tradingview": ["…"]}')
    .option("--notify <targets...>", "who is told of trouble: slack:https://…, ntfy:https://…")
    .option("--json", "tell what a recorded day came to as one line of JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], options: Options) => {
      await serve(names, options, terminal);
    });
}

async function serve(names: readonly string[], options: Options, terminal: Terminal) {
  const all = await allProfiles();
  const profiles = names.map((name) => picked(all, name, "profile"));
  const compiled = withShadows(profiles.map(compileProfile));
  const { LocalStore } = await import("../localStore/localStore.ts");
  const isRecorded = options.url === undefined && options.paper !== true;
  const store = new LocalStore({ folder: options.store });
  const log = (line: string) => terminal.err(`${line}\n`);
  const clock = { nowMs: () => Date.now() };
  const notifier = notifierTo({ targets: (options.notify ?? []).map(parseTarget), clock, log });
  try {
    if (!isRecorded) {
      const { trade } = await import("../serve/live.ts");
      const keys = keysOf(options.paper === true, process.env);
      const webhook = await doorOf(options);
      const place = { store, baseUrl: options.url, webhook };
      await trade({ profiles: compiled, notifier, log, ...place, ...keys }, interrupted());
      return;
    }
    const { playRecorded } = await import("./serveRecorded.ts");
    const played = await playRecorded(profiles, options, { store, notifier, log });
    terminal.out(options.json === true ? `${JSON.stringify(played)}\n` : playedText(played));
  } finally {
    await store.close();
  }
}

const secretsFile = z.record(
  z.string(),
  z.preprocess((one) => [one].flat(), z.array(z.string().min(16)).min(1).max(2)),
);

/** @throws InputError for a port or file that is none; what is in the file is never shown. */
async function doorOf({ webhook, secrets }: Options): Promise<SignalDoor | undefined> {
  if (webhook === undefined) return undefined;
  const port = Number(webhook);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InputError(`--webhook: expected a port from 0 to 65535, got ${webhook}`);
  }
  if (secrets === undefined) throw new InputError("--webhook: expected --secrets FILE beside it");
  try {
    return { port, secrets: secretsFile.parse(JSON.parse(await readFile(secrets, "utf8"))) };
  } catch {
    throw new InputError(
      `--secrets: expected JSON of one or two secrets of 16 characters by name, in ${secrets}`,
    );
  }
}

function playedText({ moments, store }: Played): string {
  if (moments > 0) return `${moments} moments were played; the books are in ${store}\n`;
  return `nothing was left to play: the books in ${store} are past it; another --store begins anew\n`;
}

/** An exchange of one's own takes any keys; Alpaca does not. */
function keysOf(isPaper: boolean, env: NodeJS.ProcessEnv) {
  const keyId = env.APCA_API_KEY_ID ?? (isPaper ? "" : "local");
  const secret = env.APCA_API_SECRET_KEY ?? (isPaper ? "" : "local");
  if (keyId !== "" && secret !== "") return { keyId, secret };
  throw new InputError("keys: expected APCA_API_KEY_ID and APCA_API_SECRET_KEY to be set");
}

/** Aborts at the first wish to stop; a second one ends the process as usual. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}
