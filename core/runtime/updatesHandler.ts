import type { Book } from "../domain/book.ts";
import { InvariantError } from "../domain/errors.ts";
import { applyOrderChange, orderOf } from "../domain/ledger.ts";
import type { Order } from "../domain/order.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import { evolveOrder } from "../execution/lifecycle.ts";
import { eventOf } from "../execution/report.ts";
import type { Journal } from "../ports/journal.ts";
import type { VenueReport } from "../ports/venue.ts";
import { again } from "./again.ts";
import { settling } from "./bookHandler.ts";
import type { Ports } from "./ports.ts";

/** What booking some reports came to. */
export interface Booked {
  /** Events that told something new; repeats are not among them. */
  readonly events: readonly DomainEvent[];
  /** Client order ids that were never ours: somebody else trades in this account. */
  readonly strangers: readonly string[];
}

/** What updates are booked with. */
export interface UpdatePorts extends Ports {
  readonly journal: Journal;
}

/**
 * Books what a venue said of orders, in whatever order and however often it says it: fills count
 * once an execution id, and a fill that comes after its order's end is booked too, as it is money.
 * @throws ConflictError when every attempt lost the race for the book.
 */
export function handleUpdates(
  ports: UpdatePorts,
  account: string,
  reports: readonly VenueReport[],
  receivedTimeMs: number,
): Promise<Booked> {
  return again(async () => {
    const loaded = await ports.store.book(account);
    if (loaded === undefined) throw new InvariantError(`account ${account} has no book`);
    const booking = new Booking(loaded.value, ports.journal, receivedTimeMs);
    for (const report of reports) await booking.take(report);
    const { book, events, strangers } = booking;
    if (events.length > 0) {
      await ports.store.commit({
        profile: null,
        profileVersion: 0,
        profileState: null,
        account,
        bookVersion: loaded.version,
        book: book === loaded.value ? null : book,
        events,
        dedupe: null,
      });
    }
    return { events, strangers: [...strangers] };
  });
}

/** A book on its way through some reports, with the final orders that late ones speak of. */
class Booking {
  book: Book;
  readonly events: DomainEvent[] = [];
  readonly strangers = new Set<string>();
  private readonly journal: Journal;
  private readonly receivedTimeMs: number;
  private readonly finals = new Map<string, Order>();

  constructor(book: Book, journal: Journal, receivedTimeMs: number) {
    this.book = book;
    this.journal = journal;
    this.receivedTimeMs = receivedTimeMs;
  }

  async take(report: VenueReport): Promise<void> {
    const { orderId } = report;
    const before =
      orderOf(this.book, orderId) ??
      this.finals.get(orderId) ??
      (await this.journal.order(orderId));
    if (before === undefined) {
      this.strangers.add(orderId);
      return;
    }
    if (isOfEarlier(report, before)) return;
    const event = eventOf(report, before.request, this.receivedTimeMs);
    const after = evolveOrder(before, event);
    if (after === undefined || after === before) return;
    // A refusal leaves no mark on the order: told again, it would refuse what was asked since.
    if (isRefusal(report) && (await this.journal.event(event.id)) !== undefined) return;
    this.book = applyOrderChange(this.book, event, before, after, settling(this.book, event, {}));
    this.finals.set(orderId, after);
    this.events.push(event);
  }
}

/** Whether a report refuses a sending after which the order was sent again: it may be working. */
function isOfEarlier(report: VenueReport, { attempts }: Order): boolean {
  return report.kind === "rejected" && (report.attempt ?? attempts) < attempts;
}

function isRefusal({ kind }: VenueReport): boolean {
  return kind === "cancel-rejected" || kind === "replace-rejected";
}
