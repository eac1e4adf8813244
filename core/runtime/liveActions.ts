import { calendarOf } from "../domain/calendar/calendar.ts";
import { type Decimal, decimalOf, numberOf } from "../domain/decimal.ts";
import { ConflictError } from "../domain/errors.ts";
import { applyToBook } from "../domain/ledger.ts";
import { DAY_MS, newYorkDate, utcDate } from "../domain/time.ts";
import type { EventOf } from "../events/catalogue.ts";
import type { CorporateAction } from "../ports/marketData.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { actionEvent, dividendsOf } from "./actionHandler.ts";
import { again } from "./again.ts";
import { instrumentsOf } from "./gatherer.ts";
import { EVENTS_ALONE, ingest } from "./ingest.ts";
import { restateAfterSplit } from "./legsHandler.ts";
import type { LivePorts } from "./livePorts.ts";
import { readableState } from "./readable.ts";

type Applied = EventOf<"corporate-action.applied.v1">;

/** How far back the last close is looked for, ms: over any holiday. */
const CLOSE_BACK_MS = 10 * DAY_MS;

/**
 * Applies the corporate actions of the session that comes next: to the books, to every profile that
 * follows the instrument, and to the orders at the venue after a split. To be called each night,
 * while nothing trades; again does no harm and finishes what was begun. What is heard of only once
 * its session has opened is told to a person and left alone, as trades of both kinds of shares
 * cannot be told apart any more. Answers how many were applied that were not before.
 * @throws TransientError while the venue is slow with a cancel: call again.
 */
export async function applyActions(
  ports: LivePorts,
  profiles: readonly CompiledProfile[],
): Promise<number> {
  const { marketData, clock } = ports;
  const symbols = instrumentsOf(profiles).map(({ symbol }) => symbol);
  const nowMs = clock.nowMs();
  // In New York's evening the next date has begun elsewhere, and its actions are known.
  const dates = [newYorkDate(nowMs), utcDate(nowMs)].sort();
  const found = await marketData.actions?.(symbols, dates[0] ?? "", dates[1] ?? "");
  let applied = 0;
  for (const action of found ?? []) {
    const event = await eventOf(ports, action);
    const isNew = (await ports.journal.event(event.id)) === undefined;
    // What was begun before the open is finished after it: its orders rest nowhere until then.
    if (nowMs < openOf(action) || !isNew) {
      await apply(ports, profiles, { ...event, receivedTimeMs: nowMs });
      if (isNew) applied += 1;
    } else await tellLate(ports, event);
  }
  return applied;
}

/** Regular hours of the day of an action; its first trade where there are none. */
function openOf({ timeMs }: CorporateAction): number {
  const calendar = calendarOf("us-equity");
  return calendar.sessionOn(calendar.tradingDateOf(timeMs))?.openTimeMs ?? timeMs;
}

async function eventOf({ marketData }: LivePorts, action: CorporateAction): Promise<Applied> {
  const { symbol, timeMs } = action;
  if (action.kind !== "dividend") return actionEvent(action, 0);
  const query = { timeframe: "1d", afterMs: timeMs - CLOSE_BACK_MS, untilMs: timeMs } as const;
  const bars = (await marketData.bars({ ...query, symbols: [symbol] })).get(symbol);
  return actionEvent(action, bars?.at(-1)?.close ?? 0);
}

async function apply(
  ports: LivePorts,
  profiles: readonly CompiledProfile[],
  event: Applied,
): Promise<void> {
  const { symbol, kind } = event.data;
  // The journal has it first, once: from there the profiles hear of it.
  await ingest(ports.store, event);
  const holders = profiles.filter(({ universe }) => universe.has(symbol));
  for (const account of new Set(holders.map((one) => one.account.name))) {
    const price = await priceAfter(ports, holders, event);
    await bookOnce(ports, account, event, price);
    if (kind === "split") await restateAfterSplit(ports, account, symbol, event.eventTimeMs);
  }
}

/** The last close in the numbers of after the action, at which fractions are paid out. */
async function priceAfter(
  { store }: LivePorts,
  holders: readonly CompiledProfile[],
  { data: { symbol, priceFactor, kind } }: Applied,
): Promise<Decimal | undefined> {
  for (const { name } of holders) {
    const last = (await readableState(store, name))?.symbols[symbol]?.lastPrice ?? 0;
    if (last > 0) return decimalOf(kind === "split" ? last * priceFactor : last);
  }
  return undefined;
}

/** The action itself is in the journal already: the book is written with what it pays alone. */
async function bookOnce(
  { store }: LivePorts,
  account: string,
  event: Applied,
  price: Decimal | undefined,
): Promise<void> {
  try {
    await again(async () => {
      const loaded = await store.book(account);
      if (loaded === undefined) return;
      const paid = dividendsOf(loaded.value, event);
      let book = loaded.value;
      const terms = { priceOf: () => price };
      for (const one of [...paid, event]) book = applyToBook(book, one, terms);
      if (book === loaded.value) return;
      const dedupe = `book.${account}.${event.id}`;
      const bookVersion = loaded.version;
      await store.commit({ ...EVENTS_ALONE, account, bookVersion, book, events: paid, dedupe });
    });
  } catch (error) {
    if (!(error instanceof ConflictError) || error.repeatOf === null) throw error;
  }
}

async function tellLate({ notifier, clock }: LivePorts, { id, data }: Applied): Promise<void> {
  const { symbol, kind, value } = data;
  await notifier.notify({
    key: `late.${id}`,
    severity: "page",
    title: `${symbol}: a ${kind} was heard of after its session had opened`,
    text: `${numberOf(value)} for one: nothing was applied; compare the books with the venue's`,
    timeMs: clock.nowMs(),
  });
}
