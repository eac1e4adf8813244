import type { Book, Ledger } from "../../core/domain/book.ts";
import {
  type Decimal,
  decimalOf,
  divide,
  multiply,
  textOf,
  ZERO,
} from "../../core/domain/decimal.ts";
import { iso } from "../../core/domain/time.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { Halt } from "../../core/ports/switches.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import type { ProfileState } from "../../core/strategy/snapshot.ts";
import type { Books } from "../cli/books/books.ts";
import { fillRows, orderRows } from "../cli/books/rows.ts";

/** How a profile stands, in one word; why is beside it. */
export type Standing = "running" | "no entries" | "switched off" | "halted" | "not started";

/** One profile, as the page shows it. Money is text, dollars. */
export interface ProfileNow {
  readonly name: string;
  readonly strategy: string;
  readonly account: string;
  readonly mode: string;
  readonly standing: Standing;
  /** Why it does not run freely; empty where it does. */
  readonly reason: string;
  readonly equity: string;
  readonly cash: string;
  /** Equity against that at the start of the profile's day; null where no limit follows the day. */
  readonly dayProfit: string | null;
  readonly realised: string;
  /** Close of the newest bar that it took in, ISO; null before the first. */
  readonly lastBar: string | null;
  readonly openOrders: number;
}

/** Everything that the page shows, at one time. */
export interface Now {
  readonly time: string;
  readonly where: string;
  readonly halts: readonly Halt[];
  readonly profiles: readonly ProfileNow[];
  readonly positions: readonly Readonly<Record<string, string>>[];
  readonly orders: ReturnType<typeof orderRows>;
  readonly fills: ReturnType<typeof fillRows>;
  readonly events: readonly { readonly time: string; readonly type: string; readonly id: string }[];
}

/** Gathers what the page shows of profiles that have run on these books; `events` is the day. */
export async function nowOf(
  { store, switches, where }: Books,
  profiles: readonly CompiledProfile[],
  events: readonly DomainEvent[],
  nowMs: number,
): Promise<Now> {
  const halts = await switches.all();
  const books = new Map<string, Book>();
  for (const name of new Set(profiles.map(({ account }) => account.name))) {
    const kept = await store.book(name);
    if (kept !== undefined) books.set(name, kept.value);
  }
  const rows: ProfileNow[] = [];
  const positions: Readonly<Record<string, string>>[] = [];
  for (const profile of profiles) {
    const state = (await store.profile(profile.name))?.value;
    const book = books.get(profile.account.name);
    const ledger = book?.ledgers[profile.name];
    if (state === undefined || book === undefined || ledger === undefined) continue;
    rows.push(profileNow(profile, state, book, ledger, halts));
    positions.push(...positionsNow(ledger, state));
  }
  return {
    time: iso(nowMs),
    where,
    halts,
    profiles: rows,
    positions,
    orders: orderRows([...books.values()].flatMap(({ orders }) => orders)),
    fills: fillRows(events).toReversed(),
    events: events
      .map(({ type, id, eventTimeMs }) => ({ time: iso(eventTimeMs), type, id }))
      .toReversed(),
  };
}

function profileNow(
  { name, strategy, account, mode }: CompiledProfile,
  state: ProfileState,
  book: Book,
  ledger: Ledger,
  halts: readonly Halt[],
): ProfileNow {
  const equity = equityOf(ledger, state);
  const { day } = state;
  const bars = Object.values(state.symbols).filter(({ bars }) => bars > 0);
  const newest = Math.max(...bars.map(({ lastTimeMs }) => lastTimeMs));
  return {
    name,
    strategy: strategy.name,
    account: account.name,
    mode,
    ...standingOf(name, account.name, state, halts),
    equity: textOf(equity),
    cash: textOf(ledger.cash),
    dayProfit: day.date === "" ? null : textOf(equity - decimalOf(day.startEquity)),
    realised: textOf(ledger.realised),
    lastBar: bars.length === 0 ? null : iso(newest),
    openOrders: book.orders.filter(({ request }) => request.profile === name).length,
  };
}

/** The hardest stop comes first: what a person has to lift before anything else helps. */
function standingOf(
  profile: string,
  account: string,
  { halted, noEntries, symbols }: ProfileState,
  halts: readonly Halt[],
): Pick<ProfileNow, "standing" | "reason"> {
  if (halted !== null) return { standing: "halted", reason: halted };
  const names = { all: "all", account, profile, updates: account };
  const halt = halts.find(({ kind, name }) => names[kind] === name);
  if (halt !== undefined) {
    return { standing: "switched off", reason: `${halt.reason} (by ${halt.by})` };
  }
  if (noEntries !== null) return { standing: "no entries", reason: noEntries };
  const started = Object.values(symbols).some(({ bars }) => bars > 0);
  return { standing: started ? "running" : "not started", reason: "" };
}

/** Cash and positions at the last prices that the profile has seen, dollars. */
function equityOf(ledger: Ledger, state: ProfileState): Decimal {
  return Object.values(ledger.positions).reduce(
    (sum, { symbol, quantity }) => sum + multiply(quantity, priceOf(state, symbol)),
    ledger.cash,
  );
}

function positionsNow({ profile, positions }: Ledger, state: ProfileState) {
  return Object.values(positions).map(({ symbol, quantity, cost, realised }) => {
    const price = priceOf(state, symbol);
    const value = multiply(quantity, price);
    return {
      profile,
      symbol,
      quantity: textOf(quantity),
      average: quantity === ZERO ? "" : textOf(divide(cost, quantity)),
      price: textOf(price),
      value: textOf(value),
      unrealised: textOf(value - cost),
      realised: textOf(realised),
    };
  });
}

function priceOf({ symbols }: ProfileState, symbol: string): Decimal {
  return decimalOf(symbols[symbol]?.lastPrice ?? 0);
}
