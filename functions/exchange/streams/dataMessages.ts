import {
  type AggregateState,
  type Aggregator,
  createAggregator,
} from "../../../core/domain/aggregate.ts";
import { calendarOf } from "../../../core/domain/calendar/calendar.ts";
import type { Bar, Quote, Trade, TradingStatus } from "../../../core/domain/market.ts";
import { timeframeMs } from "../../../core/domain/timeframe.ts";
import { type Bucket, barJson, bucketOfBar } from "../data/bars.ts";
import type { DataKind } from "../data/rows.ts";
import { quoteJson, tradeJson } from "../data/ticks.ts";
import { bucketStart, readFrame } from "../data/timeframes.ts";
import type { DataListener } from "../paper.ts";
import type { Tape } from "../tape.ts";

/** One message of a data stream; its time is written by the codec. */
export interface DataMessage {
  readonly kind: DataKind;
  readonly channel: string;
  readonly symbol: string;
  readonly timeMs: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

const DAY = readFrame("1Day");

/** Minutes in the making, where seconds were recorded. */
interface Minutes {
  readonly aggregator: Aggregator;
  readonly state: AggregateState;
}

/**
 * Turns what the clock passes into messages: ticks, bars of minutes as they close, and the running
 * day after each. Coarser intraday recordings are told on `bars` too: they are all there is.
 */
export class DataMessages implements DataListener {
  private readonly tell: (messages: readonly DataMessage[]) => void;
  private pending: DataMessage[] = [];
  private readonly days = new Map<Tape, Bucket>();
  private readonly minutes = new Map<Tape, Minutes>();

  constructor(tell: (messages: readonly DataMessage[]) => void) {
    this.tell = tell;
  }

  onQuote(tape: Tape, quote: Quote): void {
    const kind = kindOf(tape);
    const { t: _t, ...fields } = quoteJson(quote, kind);
    this.push(tape, "quotes", quote.eventTimeMs, { T: "q", ...fields });
  }

  onTrade(tape: Tape, trade: Trade): void {
    const { t: _t, ...fields } = tradeJson(trade, tape.tradeRow, kindOf(tape));
    this.push(tape, "trades", trade.eventTimeMs, { T: "t", ...fields });
  }

  onBar(tape: Tape, bar: Bar): void {
    const { timeframe } = tape.base;
    const isCrypto = kindOf(tape) === "crypto";
    if (timeframeMs(timeframe) === null) {
      const bucket = bucketOfBar(bar, bucketStart(DAY, bar.openTimeMs, isCrypto));
      if (timeframe === "1d") this.bar(tape, "dailyBars", "d", bucket);
      return;
    }
    if (timeframe === "1s") this.gather(tape, bar);
    else this.closed(tape, bar);
  }

  /** By the codes of the tapes C and O, whichever the instrument's is. */
  onStatus(tape: Tape, { eventTimeMs, isHalted, reason }: TradingStatus): void {
    const why = isHalted ? { rc: "LUDP", rm: "Volatility Trading Pause" } : { rc: "", rm: "" };
    const fields = { T: "s", sc: isHalted ? "H" : "T", sm: reason, ...why, z: "C" };
    this.push(tape, "statuses", eventTimeMs, fields);
  }

  onInstant(timeMs: number): void {
    for (const [tape, { aggregator, state }] of this.minutes) {
      const bar = aggregator.flush(state, timeMs);
      if (bar !== null) this.closed(tape, bar);
    }
    if (this.pending.length === 0) return;
    const messages = this.pending;
    this.pending = [];
    this.tell(messages);
  }

  /** A minute closes at its end, whether anything is recorded then or not. */
  wakeMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { state } of this.minutes.values()) {
      if (state.count > 0) next = Math.min(next, state.closeTimeMs);
    }
    return next;
  }

  private gather(tape: Tape, bar: Bar): void {
    let minutes = this.minutes.get(tape);
    if (minutes === undefined) {
      const calendar = calendarOf(tape.instrument.calendar);
      const aggregator = createAggregator("1m", calendar, { extendedHours: true });
      minutes = { aggregator, state: aggregator.create() };
      this.minutes.set(tape, minutes);
    }
    minutes.aggregator.feed(minutes.state, bar, (closed) => this.closed(tape, closed));
  }

  private closed(tape: Tape, bar: Bar): void {
    this.bar(tape, "bars", "b", bucketOfBar(bar));
    const day = this.dayOf(tape, bar);
    if (day !== null) this.bar(tape, "dailyBars", "d", day);
  }

  /** The day so far, of regular hours; null for a bar outside them. */
  private dayOf(tape: Tape, bar: Bar): Bucket | null {
    const calendar = calendarOf(tape.instrument.calendar);
    if (calendar.sessionAt(bar.openTimeMs) === null) return null;
    const startMs = bucketStart(DAY, bar.openTimeMs, kindOf(tape) === "crypto");
    const before = this.days.get(tape);
    const day =
      before?.startMs === startMs
        ? {
            startMs,
            open: before.open,
            high: Math.max(before.high, bar.high),
            low: Math.min(before.low, bar.low),
            close: bar.close,
            volume: before.volume + bar.volume,
          }
        : bucketOfBar(bar, startMs);
    this.days.set(tape, day);
    return day;
  }

  private bar(tape: Tape, channel: string, type: string, bucket: Bucket): void {
    const { t: _t, ...fields } = barJson(bucket, kindOf(tape));
    this.push(tape, channel, bucket.startMs, { T: type, ...fields });
  }

  private push(
    tape: Tape,
    channel: string,
    timeMs: number,
    { T, ...fields }: Readonly<Record<string, unknown>>,
  ): void {
    const { symbol } = tape.instrument;
    const kind = kindOf(tape);
    this.pending.push({ kind, channel, symbol, timeMs, fields: { T, S: symbol, ...fields } });
  }
}

function kindOf({ instrument }: Tape): DataKind {
  return instrument.assetClass === "crypto" ? "crypto" : "stocks";
}
