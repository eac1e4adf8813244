import * as z from "zod";
import { type Decimal, larger, multiply, textOf, ZERO } from "../../core/domain/decimal.ts";
import { newYorkDate } from "../../core/domain/time.ts";
import type { Books } from "./books.ts";
import { uuidOf } from "./ids.ts";
import type { ExchangeOrder } from "./order.ts";
import { readBody } from "./orderBody.ts";
import { stampOf } from "./stamps.ts";

const configurations = z.strictObject({
  disable_overnight_trading: z.boolean(),
  fractional_trading: z.boolean(),
  max_margin_multiplier: z.enum(["1", "2", "4"]),
  max_options_trading_level: z.int().min(0).max(3),
  no_shorting: z.boolean(),
  ptp_no_exception_entry: z.boolean(),
  suspend_trade: z.boolean(),
  trade_confirm_email: z.enum(["all", "none"]),
});
type Values = Readonly<z.output<typeof configurations>>;

/** Alpaca took these off in July 2026; clients made before send them back with all the others. */
const bygone = { dtbp_check: z.unknown(), pdt_check: z.unknown() };
const change = configurations.extend(bygone).partial();

/** The account's own switches. */
export class Configurations {
  private values: Values = {
    disable_overnight_trading: false,
    fractional_trading: true,
    max_margin_multiplier: "2",
    max_options_trading_level: 0,
    no_shorting: false,
    ptp_no_exception_entry: false,
    suspend_trade: false,
    trade_confirm_email: "none",
  };

  get current(): Values {
    return this.values;
  }

  /** Changes some of them. @throws Refusal for fields or values that there are not. */
  change(json: unknown): Values {
    const { dtbp_check: _, pdt_check: __, ...changes } = readBody(change, json);
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    this.values = { ...this.values, ...Object.fromEntries(given) };
    return this.values;
  }
}

/** What the account stood at when the last session closed. */
export interface LastClose {
  readonly equity: Decimal;
  readonly maintenance: Decimal;
  readonly timeMs: number;
}

/** What the account's page is made of. */
export interface AccountParts {
  readonly books: Books;
  readonly open: Iterable<ExchangeOrder>;
  readonly configurations: Configurations;
  readonly lastClose: LastClose;
  readonly createdMs: number;
  readonly seed: number;
}

/** The id of the account: one a seed. */
export function accountIdOf(seed: number): string {
  return uuidOf("account", seed);
}

/** The account as the API tells it: decimals as text, no field of the old day-trading rule. */
export function accountJson(parts: AccountParts): Readonly<Record<string, unknown>> {
  const { books, lastClose, createdMs, configurations: switches, seed } = parts;
  const isMargin = books.kind === "margin";
  const { long, short, initial } = valuesOf(books);
  const equity = books.equity();
  const power = books.buyingPower(parts.open);
  // What can't be bought on credit has the excess itself, not twice of it.
  const plain = isMargin ? power / 2n : power;
  const cashPower = plain < books.cash ? plain : larger(books.cash, ZERO);
  const id = accountIdOf(seed);
  return {
    id,
    account_number: `PA${id.replace(/\D/g, "").slice(0, 10).padEnd(10, "0")}`,
    status: "ACTIVE",
    crypto_status: "ACTIVE",
    currency: "USD",
    cash: textOf(books.cash),
    portfolio_value: textOf(equity),
    equity: textOf(equity),
    last_equity: textOf(lastClose.equity),
    buying_power: textOf(power),
    regt_buying_power: textOf(power),
    non_marginable_buying_power: textOf(cashPower),
    options_buying_power: textOf(cashPower),
    options_approved_level: 0,
    options_trading_level: 0,
    multiplier: isMargin ? "2" : "1",
    initial_margin: textOf(initial),
    maintenance_margin: textOf(books.maintenance().requirement),
    last_maintenance_margin: textOf(lastClose.maintenance),
    long_market_value: textOf(long),
    short_market_value: textOf(short),
    sma: textOf(larger(equity - initial, ZERO)),
    accrued_fees: "0",
    pending_reg_taf_fees: "0",
    pending_transfer_in: "0",
    pending_transfer_out: "0",
    intraday_adjustments: "0",
    balance_asof: newYorkDate(lastClose.timeMs),
    created_at: stampOf(createdMs),
    trading_blocked: false,
    transfers_blocked: false,
    account_blocked: false,
    trade_suspended_by_user: switches.current.suspend_trade,
    shorting_enabled: isMargin && !switches.current.no_shorting,
  };
}

function valuesOf(books: Books) {
  let long = ZERO;
  let short = ZERO;
  let initial = ZERO;
  for (const { symbol, quantity } of books.positions()) {
    const value = multiply(quantity, books.priceOf(symbol) ?? ZERO);
    if (value > ZERO) long += value;
    else short += value;
    initial += multiply(value < ZERO ? -value : value, books.initialRateOf(symbol));
  }
  return { long, short, initial };
}
