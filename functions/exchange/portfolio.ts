import { type Calendar, calendarOf } from "../../core/domain/calendar/calendar.ts";
import { addDays, DAY_MS, HOUR_MS, MINUTE_MS, newYorkTimeMs } from "../../core/domain/time.ts";
import { malformed, Refusal } from "./errors.ts";
import { flagIn, instantIn, wordIn } from "./query.ts";
import { newYorkMidnight } from "./stamps.ts";
import { rowsUntil } from "./tape.ts";

const FRAMES = {
  "1Min": MINUTE_MS,
  "5Min": 5 * MINUTE_MS,
  "15Min": 15 * MINUTE_MS,
  "1H": HOUR_MS,
  "1D": DAY_MS,
} as const;
type Frame = keyof typeof FRAMES;
const FRAME_NAMES = ["1Min", "5Min", "15Min", "1H", "1D"] as const;
const UNIT_DAYS = { D: 1, W: 7, M: 30, A: 365 } as const;
const SHORT_MS = 7 * DAY_MS;
const LONG_MS = 30 * DAY_MS;
const MOST_POINTS = 50_000;

/** What the account was worth at times, dollars; times ascend. */
export class EquityCurve {
  private times = new Float64Array(1024);
  private values = new Float64Array(1024);
  private length = 0;

  /** Of several within a minute, its end included, the last is kept. */
  add(timeMs: number, equity: number): void {
    const last = this.times[this.length - 1] ?? Number.NEGATIVE_INFINITY;
    if (this.length > 1 && Math.ceil(last / MINUTE_MS) === Math.ceil(timeMs / MINUTE_MS)) {
      this.length -= 1;
    }
    if (this.length === this.times.length) this.grow();
    this.times[this.length] = timeMs;
    this.values[this.length] = equity;
    this.length += 1;
  }

  /** At or last before a time; null before the account was opened. */
  at(timeMs: number): number | null {
    const rows = rowsUntil(this.times.subarray(0, this.length), timeMs);
    return rows === 0 ? null : (this.values[rows - 1] ?? null);
  }

  get firstMs(): number {
    return this.times[0] ?? 0;
  }

  private grow(): void {
    const larger = new Float64Array(2 * this.length);
    larger.set(this.times);
    this.times = larger;
    const values = new Float64Array(2 * this.length);
    values.set(this.values);
    this.values = values;
  }
}

/** A window of the curve. */
interface Point {
  readonly startMs: number;
  readonly endMs: number;
  /** Close of the session before, which profit of a day is counted from. */
  readonly dayBaseMs: number;
}

/**
 * The account's history: one value a window, as of its end and labelled by its start. Daily windows
 * are sessions, intraday ones lie in the hours that were asked for.
 * @throws Refusal for parameters that are none or exclude each other.
 */
export function portfolioJson(
  curve: EquityCurve,
  query: URLSearchParams,
  nowMs: number,
): Readonly<Record<string, unknown>> {
  const { fromMs, toMs } = rangeOf(query, nowMs);
  const frame = frameOf(query, toMs - fromMs);
  const hours = flagIn(query, "extended_hours")
    ? "extended_hours"
    : wordIn(
        query,
        "intraday_reporting",
        ["market_hours", "extended_hours", "continuous"] as const,
        "market_hours",
      );
  const reset = wordIn(query, "pnl_reset", ["per_day", "no_reset"] as const, "per_day");
  const points = pointsOf(frame, hours, fromMs, toMs);
  const base = curve.at(points[0]?.dayBaseMs ?? fromMs) ?? curve.at(curve.firstMs) ?? 0;
  const equity = points.map(({ endMs }) => curve.at(Math.min(endMs, nowMs)));
  const profit = points.map((point, row) => {
    const perDay = frame !== "1D" && reset === "per_day";
    const from = perDay ? (curve.at(point.dayBaseMs) ?? base) : base;
    const value = equity[row] ?? null;
    return value === null ? null : { amount: value - from, from };
  });
  return {
    timestamp: points.map(({ startMs }) => startMs / 1000),
    equity: equity.map(cents),
    profit_loss: profit.map((one) => cents(one?.amount ?? null)),
    profit_loss_pct: profit.map((one) =>
      one === null || one.from === 0 ? null : one.amount / one.from,
    ),
    base_value: cents(base),
    timeframe: frame,
  };
}

function rangeOf(query: URLSearchParams, nowMs: number) {
  const start = instantIn(query, "start");
  const end = instantIn(query, "end");
  const period = query.get("period");
  if (start !== null && end !== null && period !== null) {
    throw malformed("only two of start, end and period can be specified at the same time");
  }
  const lengthMs = periodMs(period ?? "1M");
  const toMs = Math.min(
    nowMs,
    end ?? (start !== null && period !== null ? start + lengthMs : nowMs),
  );
  return { fromMs: start ?? toMs - lengthMs, toMs };
}

function periodMs(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,4})([DWMA])$/.exec(text) ?? [];
  if (count === "") throw malformed(`invalid period: ${text}`);
  const days = Object.entries(UNIT_DAYS).find(([name]) => name === unit)?.[1] ?? 1;
  return Number(count) * days * DAY_MS;
}

function frameOf(query: URLSearchParams, lengthMs: number): Frame {
  const preset = lengthMs < SHORT_MS ? "1Min" : lengthMs < LONG_MS ? "15Min" : "1D";
  return wordIn(query, "timeframe", FRAME_NAMES, preset);
}

function pointsOf(frame: Frame, hours: string, fromMs: number, toMs: number): readonly Point[] {
  const calendar = calendarOf("us-equity");
  const points: Point[] = [];
  const push = (startMs: number, endMs: number, dayBaseMs: number) => {
    if (startMs > toMs) return;
    if (points.length >= MOST_POINTS) throw new Refusal(422, 40010001, "range is too long");
    points.push({ startMs, endMs, dayBaseMs });
  };
  for (const session of sessionsOf(calendar, fromMs, toMs)) {
    const dayBaseMs = calendar.previousSession(session.openTimeMs).closeTimeMs;
    if (frame === "1D") {
      const midnightMs = newYorkMidnight(session.openTimeMs);
      if (midnightMs >= newYorkMidnight(fromMs)) push(midnightMs, session.closeTimeMs, dayBaseMs);
      continue;
    }
    const { opensMs, closesMs } = hoursOf(session, hours);
    const stepMs = FRAMES[frame];
    for (let at = opensMs; at < closesMs; at += stepMs) {
      if (at + stepMs > fromMs) push(at, at + stepMs, dayBaseMs);
    }
  }
  return points;
}

function hoursOf(session: ReturnType<typeof sessionsOf>[number], hours: string) {
  if (hours === "extended_hours") {
    return { opensMs: session.preOpenTimeMs, closesMs: session.postCloseTimeMs };
  }
  if (hours === "continuous") {
    const opensMs = newYorkMidnight(session.openTimeMs);
    return { opensMs, closesMs: newYorkTimeMs(addDays(session.date, 1), "00:00") };
  }
  return { opensMs: session.openTimeMs, closesMs: session.closeTimeMs };
}

function sessionsOf(calendar: Calendar, fromMs: number, toMs: number) {
  const from = calendar.tradingDateOf(fromMs);
  return calendar.sessionsBetween(from, calendar.tradingDateOf(toMs));
}

function cents(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}
