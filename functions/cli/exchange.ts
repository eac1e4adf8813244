import { Command, Option } from "commander";
import { decimal, ZERO } from "../../core/domain/decimal.ts";
import { InputError } from "../../core/domain/errors.ts";
import { iso } from "../../core/domain/time.ts";
import { parseTimeframe } from "../../core/domain/timeframe.ts";
import { fillModels } from "../../core/simulation/config.ts";
import { parseFees } from "../../core/simulation/fees.ts";
import { parseLatency } from "../../core/simulation/latency.ts";
import { parseSlippage } from "../../core/simulation/slippage.ts";
import type { ExchangeOptions, FaultInput } from "../exchange/exchange.ts";
import type { Terminal } from "./terminal.ts";
import { dayStart } from "./values.ts";

interface Options {
  readonly data: string;
  readonly symbols?: string;
  readonly bars?: string;
  readonly port: string;
  readonly host: string;
  readonly speed: string;
  readonly skipClosed?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly cash: string;
  readonly account: "margin" | "cash";
  readonly seed: string;
  readonly fill: (typeof fillModels)[number];
  readonly touch: "fill" | "no-fill";
  readonly fees: string;
  readonly slippage: string;
  readonly latency: string;
  readonly actions?: string;
  readonly plan: "basic" | "plus";
  readonly rateLimit?: string;
  readonly onBad: "fail" | "skip" | "repair";
  readonly json?: boolean;
}

/** Every kind of trouble that the exchange makes on demand, as its help shows it. */
export const FAULT_EXAMPLES: readonly (readonly [what: string, fault: FaultInput])[] = [
  ["too many requests", { kind: "reply", status: 429, retryAfterS: 3, times: 2 }],
  ["taken, but answered 503", { kind: "reply", path: "/v2/orders", status: 503, after: true }],
  ["taken, and the line is cut", { kind: "lost", method: "POST", path: "/v2/orders" }],
  ["no WebSocket for now", { kind: "upgrade", stream: "data", status: 429 }],
  ["406: one connection too many", { kind: "connection-limit" }],
  ["a stream that is mute", { kind: "mute", stream: "trade" }],
  ["a stream that is cut", { kind: "drop", stream: "data" }],
  ["updates that come late", { kind: "delay-updates", ms: 30_000, times: 5 }],
  ["updates that come twice", { kind: "duplicate-updates", times: 5 }],
  ["updates that never come", { kind: "lose-updates", times: 2 }],
  ["cancels that take long", { kind: "slow-cancel", ms: 60_000 }],
  ["fills in parts", { kind: "partial-fills", pieces: 3, times: 10 }],
  ["a halt of an instrument", { kind: "halt", symbol: "SPY", ms: 300_000 }],
];

const EXAMPLES = `
Examples:
  bellwether exchange --data ../shared/data --symbols AAPL,TWX --speed 60
  bellwether exchange --data ../shared/data --symbols SPY --from 2013-10-07 --speed max
  curl -X POST localhost:8787/_exchange/advance -d '{"to":"2013-10-07T14:30:00Z"}'
  curl -H 'APCA-API-KEY-ID: any' -H 'APCA-API-SECRET-KEY: any' localhost:8787/v2/account

Point any Alpaca client at the URL that is printed: REST, /stream, /v2/iex and /v1beta3/crypto/us
are all on that port; any keys open the account, or those of EXCHANGE_KEY_ID and EXCHANGE_SECRET
where they are set. With --speed max the clock stands until /_exchange/advance or /_exchange/step
moves it, no faster than the clients read.

Faults, each until it was used up (times) or DELETE /_exchange/faults; from this machine alone:
${FAULT_EXAMPLES.map(([what, fault]) => `  ${what}\n${faultLine(fault)}`).join("")}`;

function faultLine(fault: FaultInput): string {
  return `    curl -X POST localhost:8787/_exchange/faults -d '${JSON.stringify(fault)}'\n`;
}

/** `bellwether exchange`: recorded markets as an Alpaca paper account on this machine. */
export function exchangeCommand(terminal: Terminal): Command {
  const choice = (flags: string, text: string, choices: readonly string[], preset: string) =>
    new Option(flags, text).choices([...choices]).default(preset);
  return new Command("exchange")
    .description("Serve recorded markets as an Alpaca paper account: REST and WebSockets.")
    .requiredOption("--data <dir>", "folder with recorded data")
    .option("--symbols <list>", "what is traded: AAPL,SPY or BTC/USD (default: all shares there)")
    .option("--bars <timeframe>", "bars that drive the clock: 1m, 1h, 1d … (default: the finest)")
    .option("--port <n>", "port, 0 for a free one", "8787")
    .option("--host <name>", "address to listen on", "127.0.0.1")
    .option("--speed <n>", "1 as it was, N times as fast, or max: the clock is moved by hand", "1")
    .option("--skip-closed", "jump over nights and other times without data")
    .option("--from <date>", "first day of the clock; earlier data is history")
    .option("--to <date>", "last day of the clock")
    .option("--cash <dollars>", "cash of the account", "100000")
    .addOption(choice("--account <kind>", "kind of the account", ["margin", "cash"], "margin"))
    .option("--seed <n>", "seed of everything random, and of ids", "1")
    .addOption(
      choice("--fill <model>", "how prices inside a bar are imagined", fillModels, "next-open"),
    )
    .addOption(
      choice("--touch <rule>", "a limit that is only touched", ["fill", "no-fill"], "no-fill"),
    )
    .option("--fees <model>", "fee model, as of replay", "none")
    .option("--slippage <model>", "slippage model, as of replay", "none")
    .option("--latency <model>", "latency model, as of replay", "none")
    .option("--actions <file>", "CSV of splits and dividends (default: the data folder's own)")
    .addOption(choice("--plan <name>", "market data plan", ["basic", "plus"], "plus"))
    .option("--rate-limit <n>", "requests a minute of the clock (default: no limit)")
    .addOption(choice("--on-bad <policy>", "bad rows of data", ["fail", "skip", "repair"], "fail"))
    .option("--json", "say where it listens as one line of JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      await serve(options, terminal);
    });
}

async function serve(options: Options, terminal: Terminal): Promise<void> {
  const speed = speedOf(options.speed);
  const settings = settingsOf(options);
  const { createExchange } = await import("../exchange/exchange.ts");
  const { loadExchange } = await import("../exchange/load.ts");
  const { startPace } = await import("../exchange/pace.ts");
  const loaded = await loadExchange({
    dataDir: options.data,
    symbols: (options.symbols ?? "").split(",").filter((one) => one !== ""),
    timeframe: options.bars === undefined ? null : parseTimeframe(options.bars),
    fromMs: settings.fromMs,
    fill: options.fill,
    actions: options.actions ?? null,
    onBad: options.onBad,
  });
  const exchange = createExchange({ ...loaded, ...settings });
  const port = whole("--port", options.port, 65_535);
  const stopped = signalled();
  const served = await exchange.listen({ port, host: options.host });
  const { symbols, nowMs, untilMs } = exchange;
  const now = iso(nowMs);
  const end = iso(untilMs);
  const { url } = served;
  if (options.json === true) {
    terminal.out(`${JSON.stringify({ url, now, end, symbols, speed: options.speed })}\n`);
  } else {
    terminal.out(`${url} serves ${symbols.join(", ")} from ${now} to ${end}; Ctrl-C stops it\n`);
  }
  const skipsClosed = options.skipClosed === true;
  const pace = speed === null ? null : startPace(exchange, { speed, skipsClosed });
  await stopped;
  await pace?.stop();
  await served.close();
}

/** Resolves at the first wish to stop; a second one ends the process as usual. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      resolve();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}

function settingsOf(options: Options): Omit<ExchangeOptions, "feeds"> {
  const { fill, touch, account, plan } = options;
  const seed = whole("--seed", options.seed, Number.MAX_SAFE_INTEGER);
  const cash = decimal(options.cash);
  if (cash <= ZERO) throw new InputError(`--cash: expected dollars above 0, got ${options.cash}`);
  const { EXCHANGE_KEY_ID: keyId = "", EXCHANGE_SECRET: secret = "" } = process.env;
  if ((keyId === "") !== (secret === "")) {
    throw new InputError("expected both EXCHANGE_KEY_ID and EXCHANGE_SECRET, or none of them");
  }
  const limit = options.rateLimit;
  return {
    cash,
    account,
    seed,
    fill,
    touch,
    fees: parseFees(options.fees),
    slippage: parseSlippage(options.slippage, seed),
    latency: parseLatency(options.latency, seed),
    subscription: plan,
    requestsPerMinute: limit === undefined ? null : whole("--rate-limit", limit, 1_000_000),
    keys: keyId === "" ? null : { keyId, secret },
    ...(options.from === undefined ? {} : { fromMs: dayStart("--from", options.from) }),
    ...(options.to === undefined ? {} : { toMs: dayStart("--to", options.to, 1) }),
  };
}

function speedOf(text: string): number | null {
  if (text === "max") return null;
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new InputError(`--speed: expected a number above 0 or max, got "${text}"`);
}

function whole(option: string, text: string, most: number): number {
  const value = Number(text);
  const isWhole = text.trim() !== "" && Number.isSafeInteger(value);
  if (isWhole && value >= 0 && value <= most) return value;
  throw new InputError(`${option}: expected a whole number up to ${most}, got "${text}"`);
}
