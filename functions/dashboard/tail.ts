import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { Journal } from "../../core/ports/journal.ts";

const PAGE = 500;
/** Market data would push everything else out, and snapshots are long: both show elsewhere. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "bars.closed.v1",
  "quote.received.v1",
  "trade.received.v1",
  "snapshot.taken.v1",
]);

/**
 * The newest events of a day, market data left out. It remembers how far it has read, so that
 * asking every other second costs what is new and not the whole day.
 */
export class Tail {
  private readonly journal: Journal;
  private readonly most: number;
  private date = "";
  private after: string | null = null;
  private events: DomainEvent[] = [];
  /** Two pages may ask at once: they take turns, or both would add the same events. */
  private turn: Promise<readonly DomainEvent[]> = Promise.resolve([]);

  /** Keeps `most` events at the most. */
  constructor(journal: Journal, most = 500) {
    this.journal = journal;
    this.most = most;
  }

  /** The newest events received on a date (ISO, UTC), oldest first; another date starts afresh. */
  read(date: string): Promise<readonly DomainEvent[]> {
    this.turn = this.turn.catch(() => []).then(() => this.readOn(date));
    return this.turn;
  }

  private async readOn(date: string): Promise<readonly DomainEvent[]> {
    if (date !== this.date) {
      this.date = date;
      this.after = null;
      this.events = [];
    }
    for (;;) {
      const { entries, next } = await this.journal.read({ date, after: this.after, limit: PAGE });
      const told = entries.filter(({ event }) => !LEFT_OUT.has(event.type));
      this.events = [...this.events, ...told.map(({ event }) => event)].slice(-this.most);
      this.after = entries.at(-1)?.position ?? this.after;
      if (next === null) return this.events;
    }
  }
}
