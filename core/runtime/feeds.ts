import { type AggregateState, type Aggregator, createAggregator } from "../domain/aggregate.ts";
import { type Calendar, calendarOf } from "../domain/calendar/calendar.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Bar, BarColumns } from "../domain/market.ts";
import type { Timeframe } from "../domain/timeframe.ts";
import type { EventData, EventOf } from "../events/catalogue.ts";

/** Recorded bars of one instrument. */
export interface BarFeed {
  readonly instrument: Instrument;
  readonly timeframe: Timeframe;
  readonly columns: BarColumns;
}

/**
 * A row of bar columns, looked at in place. There is one an instrument, moved along the columns:
 * a replay of millions of bars makes no object for each of them.
 */
export class BarCursor implements Bar {
  readonly symbol: string;
  private readonly columns: BarColumns;
  row = 0;

  constructor(symbol: string, columns: BarColumns) {
    this.symbol = symbol;
    this.columns = columns;
  }

  /** Goes on to the next row; answers its close, or Infinity past the end. */
  advance(): number {
    this.row += 1;
    const { columns, row } = this;
    return row < columns.length ? (columns.closeTimeMs[row] ?? 0) : Number.POSITIVE_INFINITY;
  }
  get openTimeMs(): number {
    return this.columns.openTimeMs[this.row] ?? 0;
  }
  get closeTimeMs(): number {
    return this.columns.closeTimeMs[this.row] ?? 0;
  }
  get open(): number {
    return this.columns.open[this.row] ?? 0;
  }
  get high(): number {
    return this.columns.high[this.row] ?? 0;
  }
  get low(): number {
    return this.columns.low[this.row] ?? 0;
  }
  get close(): number {
    return this.columns.close[this.row] ?? 0;
  }
  get volume(): number {
    return this.columns.volume[this.row] ?? 0;
  }
}

type BarData = EventData<"bars.closed.v1">["bars"][number];

/** A bar that an aggregator closed, with the instrument that it belongs to. */
export function barData(symbol: string, bar: Bar): BarData {
  const { openTimeMs, closeTimeMs, open, high, low, close, volume } = bar;
  return { symbol, openTimeMs, closeTimeMs, open, high, low, close, volume };
}

/** Of a class, as V8 boxes the numbers of plain objects that look like a schema, each anew. */
class BarsClosedData {
  readonly timeframe: string;
  closeTimeMs = Number.NEGATIVE_INFINITY;
  readonly bars: BarData[] = [];

  constructor(timeframe: string) {
    this.timeframe = timeframe;
  }
}

/**
 * `bars.closed` of one time frame, refilled at each close. Its id is written only when it is read,
 * which is when something follows from it.
 */
export class BarsClosed implements EventOf<"bars.closed.v1"> {
  readonly type = "bars.closed.v1";
  readonly data: BarsClosedData;

  private gathered = 0;
  private written: string | undefined;

  constructor(timeframe: Timeframe) {
    this.data = new BarsClosedData(timeframe);
  }
  /**
   * Gathers a bar for the next {@link fill}. The list is written in place, as it seldom changes.
   */
  add(bar: BarData): void {
    const { bars } = this.data;
    if (bars[this.gathered] !== bar) bars[this.gathered] = bar;
    this.gathered += 1;
  }
  /** Makes the event out of what was gathered; false when that is nothing. */
  fill(closeTimeMs: number): boolean {
    const { data, gathered } = this;
    if (gathered === 0) return false;
    if (data.bars.length !== gathered) data.bars.length = gathered;
    data.closeTimeMs = closeTimeMs;
    this.gathered = 0;
    this.written = undefined;
    return true;
  }
  get id(): string {
    this.written ??= `${this.data.timeframe}.${this.data.closeTimeMs}`;
    return this.written;
  }
  get causationId(): string {
    return this.id;
  }
  get eventTimeMs(): number {
    return this.data.closeTimeMs;
  }
  get receivedTimeMs(): number {
    return this.data.closeTimeMs;
  }
}

/** One coarser time frame of one instrument, built from its feed. */
export class Frame {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  private readonly instrument: Instrument;
  private aggregator: Aggregator;
  private readonly state: AggregateState;
  readonly closed: Bar[] = [];

  constructor(instrument: Instrument, timeframe: Timeframe) {
    this.symbol = instrument.symbol;
    this.instrument = instrument;
    this.timeframe = timeframe;
    this.aggregator = createAggregator(timeframe, calendarOf(instrument.calendar));
    this.state = this.aggregator.create();
  }

  /** Buckets that begin from here on are those of another calendar of the same id. */
  goBy(calendar: Calendar): void {
    if (calendar.id !== this.instrument.calendar) return;
    this.aggregator = createAggregator(this.timeframe, calendar);
  }

  /** When the bucket that is open ends, or Infinity. */
  get endsMs(): number {
    return this.state.count > 0 ? this.state.closeTimeMs : Number.POSITIVE_INFINITY;
  }
  take(bar: Bar): void {
    this.aggregator.feed(this.state, bar, (closed) => this.closed.push(closed));
  }
  flush(nowMs: number): void {
    const closed = this.aggregator.flush(this.state, nowMs);
    if (closed !== null) this.closed.push(closed);
  }
  /** Builds the bucket that is open anew, from its parts; false where none is. */
  rebuild(parts: readonly Bar[]): boolean {
    const { count, openTimeMs, takenUntilMs } = this.state;
    const inside = parts.filter((bar) => bar.openTimeMs >= openTimeMs);
    if (count === 0 || inside.length === 0) return false;
    const fresh = this.aggregator.create();
    for (const bar of inside) {
      if (bar.closeTimeMs <= takenUntilMs) this.aggregator.update(fresh, bar);
    }
    Object.assign(this.state, fresh);
    return true;
  }
  rescale(priceFactor: number, volumeFactor: number): void {
    this.aggregator.rescale(this.state, priceFactor, volumeFactor);
  }
}
