import type { Ledger } from "../domain/book.ts";
import type { Calendar } from "../domain/calendar/calendar.ts";
import { type Decimal, decimalOf, multiply, textOf, ZERO } from "../domain/decimal.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { DomainEvent, EventData, EventOf } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import type { ProfileState } from "../strategy/snapshot.ts";
import { bookOf } from "./bookHandler.ts";
import { ingest } from "./ingest.ts";
import { eventsBetween } from "./journalDays.ts";
import type { LivePorts } from "./livePorts.ts";
import { countOutcomes } from "./outcomeCounts.ts";
import { readableState } from "./readable.ts";
import { journalDate } from "./takeSnapshots.ts";

type Reported = EventOf<"day.reported.v1">;
type ProfileDay = EventData<"day.reported.v1">["profiles"][number];

/** How long after the close a session is told of, ms: orders of the closing auction fill late. */
export const REPORT_AFTER_MS = 20 * MINUTE_MS;

/** Which session is told of. */
export interface ReportOf {
  readonly calendar: Calendar;
  readonly sessionDate: string;
  readonly closeMs: number;
}

/**
 * Tells what a session came to for every profile of its calendar: as an event, and to a person. It
 * goes from the report before to now, so that the profits of all reports add up. Told once: asking
 * again answers `repeat`.
 */
export async function reportDay(
  ports: LivePorts,
  profiles: readonly CompiledProfile[],
  { calendar, sessionDate, closeMs }: ReportOf,
): Promise<"reported" | "repeat"> {
  const nowMs = ports.clock.nowMs();
  const id = idOf(calendar.id, sessionDate);
  if ((await ports.journal.event(id)) !== undefined) return "repeat";
  const last = calendar.previousSession(closeMs - 1);
  const before = await ports.journal.event(idOf(calendar.id, last.date));
  const previous = before?.type === "day.reported.v1" ? before : undefined;
  const fromMs = previous?.eventTimeMs ?? last.closeTimeMs + REPORT_AFTER_MS;
  const events: DomainEvent[] = [];
  for await (const event of eventsBetween(ports.journal, journalDate(fromMs), journalDate(nowMs))) {
    if (event.receivedTimeMs > fromMs && event.receivedTimeMs <= nowMs) events.push(event);
  }
  const rows: ProfileDay[] = [];
  for (const profile of profiles.filter((one) => one.calendar.id === calendar.id)) {
    const row = await rowOf(ports, profile, events, previous);
    if (row !== null) rows.push(row);
  }
  const text = `${sessionDate}: ${rows.map(lineOf).join("; ")}`;
  const data = { calendar: calendar.id, sessionDate, profiles: rows, text };
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs, causationId: id };
  const told = await ingest(ports.store, { type: "day.reported.v1", id, ...times, data });
  if (told === "repeat") return "repeat";
  await ports.notifier.notify({
    key: id,
    severity: "info",
    title: `The session of ${sessionDate}`,
    text: rows.map(lineOf).join("\n"),
    timeMs: nowMs,
  });
  return "reported";
}

function idOf(calendar: string, sessionDate: string): string {
  return `${calendar}.reported.${sessionDate}`;
}

async function rowOf(
  ports: LivePorts,
  { name, account }: CompiledProfile,
  events: readonly DomainEvent[],
  previous: Reported | undefined,
): Promise<ProfileDay | null> {
  const state = await readableState(ports.store, name);
  const book = await bookOf(ports, account.name);
  const ledger = book.ledgers[name];
  if (state === undefined || ledger === undefined) return null;
  const own = events.filter((event) => "profile" in event.data && event.data.profile === name);
  const fills = own.filter((event) => event.type === "order.filled.v1");
  const positions = Object.values(ledger.positions).map(({ symbol, quantity }) => {
    return { symbol, quantity, price: decimalOf(state.symbols[symbol]?.lastPrice ?? 0) };
  });
  const equity = positions.reduce(
    (sum, { quantity, price }) => sum + multiply(quantity, price),
    ledger.cash,
  );
  const start = equityBefore(name, ledger, fills, previous);
  const [halt] = await ports.switches.halts(name, account.name);
  return {
    profile: name,
    account: account.name,
    orders: own.filter(({ type }) => type === "order.submitted.v1").length,
    fills: fills.length,
    fees: fills.reduce((sum, { data }) => sum + data.fee, ZERO),
    equity,
    profit: start === null ? null : equity - start,
    positions,
    openOrders: book.orders.filter(({ request }) => request.profile === name).length,
    outcomes: countOutcomes(own, name),
    stopped: halt?.reason ?? stopOf(state),
  };
}

function stopOf({ halted, noEntries }: ProfileState): string {
  return halted ?? noEntries ?? "";
}

/** Before the first report it is known where nothing was held: then it was cash alone. */
function equityBefore(
  profile: string,
  ledger: Ledger,
  fills: readonly EventOf<"order.filled.v1">[],
  previous: Reported | undefined,
): Decimal | null {
  const then = previous?.data.profiles.find((one) => one.profile === profile);
  if (then !== undefined) return then.equity;
  const held = new Map(Object.values(ledger.positions).map((one) => [one.symbol, one.quantity]));
  let cash = ledger.cash;
  for (const { data } of fills) {
    const signed = data.side === "buy" ? data.quantity : -data.quantity;
    held.set(data.symbol, (held.get(data.symbol) ?? ZERO) - signed);
    cash += multiply(signed, data.price) + data.fee;
  }
  return [...held.values()].every((quantity) => quantity === ZERO) ? cash : null;
}

function lineOf(row: ProfileDay): string {
  const { profile, profit, equity, fills, orders, positions, outcomes, stopped } = row;
  const held = positions.map(({ symbol, quantity }) => `${textOf(quantity)} ${symbol}`);
  const denials = Object.entries(outcomes).filter(([code]) => code.startsWith("denied"));
  const parts = [
    profit === null ? "profit not known" : `${signed(profit)} dollars`,
    `equity ${cents(equity)}`,
    `${orders} orders`,
    `${fills} fills`,
    held.length === 0 ? "flat" : `holds ${held.slice(0, 5).join(", ")}${more(held.length - 5)}`,
    ...denials.map(([code, times]) => `${code} ${times}×`),
    ...(stopped === "" ? [] : [`STOPPED: ${stopped}`]),
  ];
  return `${profile} ${parts.join(", ")}`;
}

function more(count: number): string {
  return count > 0 ? ` and ${count} more` : "";
}

function signed(amount: Decimal): string {
  return `${amount < ZERO ? "" : "+"}${cents(amount)}`;
}

/** Dollars with two places: a report is read, not computed with. */
function cents(amount: Decimal): string {
  return (Number(amount) / 1e9).toFixed(2);
}
