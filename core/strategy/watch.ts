import * as z from "zod";
import { textOf } from "../domain/decimal.ts";
import { symbolText, timeMs } from "../domain/schema.ts";
import type { EventData, EventOf } from "../events/catalogue.ts";

/** What a person is told of where signals do not come as they should. */
export const watchSchema = z.strictObject({
  /** Signals whose number came before another's and that never came themselves. */
  sequence: z.boolean().default(true),
  /** So many closes of the strategy's bars, in the market's hours, without any signal. */
  maxBarsWithoutSignal: z.int().min(1).max(10_000).optional(),
  /** The position that a signal says its sender has by now: its side, or its size as well. */
  expectedPosition: z.enum(["off", "side", "size"]).default("side"),
});
/** What is watched of a profile's signals, as its author writes it. */
export type WatchOptions = z.input<typeof watchSchema>;
/** What is watched of a profile's signals, defaults filled in. */
export type WatchRules = Readonly<z.output<typeof watchSchema>>;

/** Numbers that have not come, both ends included. */
const gap = z.object({
  from: z.int(),
  to: z.int(),
  /** When the signal after them came, and which it is. */
  sinceMs: timeMs,
  after: z.string(),
});
/** Numbers of a series that have not come. */
export type Gap = Readonly<z.output<typeof gap>>;

const series = z.object({ last: z.int(), gaps: z.array(gap).readonly() });
type Series = Readonly<z.output<typeof series>>;

const expected = z.object({
  side: z.enum(["long", "short", "flat"]),
  /** Shares or coins as text, as snapshots are plain JSON; null where the size is not told. */
  quantity: z.string().nullable(),
  signal: z.string(),
  sinceMs: timeMs,
});
/** The position that the last signal of an instrument said its sender has. */
export type Expected = Readonly<z.output<typeof expected>>;

/** What a profile remembers of its signals, so that those that are missing can be told. */
export const watchState = z.object({
  /** When the last signal came, or when somebody first looked for one. */
  sinceMs: timeMs,
  /** The numbers of each series that its sender counts. */
  series: z.record(z.string(), series),
  expected: z.record(symbolText, expected),
});
export type WatchState = z.output<typeof watchState>;

/** Series and gaps that are kept: a sender who makes up ever new ones must not fill a snapshot. */
const MOST_SERIES = 64;
const MOST_GAPS = 8;

/** What is remembered before the first signal. */
export function freshWatch(sinceMs: number): WatchState {
  return { sinceMs, series: {}, expected: {} };
}

/** What is remembered once a signal has come. */
export function noteSignal(
  watch: WatchState | undefined,
  event: EventOf<"signal.received.v1">,
): WatchState {
  const { id, receivedTimeMs, data } = event;
  const { symbol, sequence, leadsTo } = data;
  const before = watch ?? freshWatch(receivedTimeMs);
  // What came before says nothing of the position any more, whatever this one says.
  const { [symbol]: _, ...expected } = before.expected;
  if (leadsTo !== undefined) {
    const quantity = leadsTo.quantity === null ? null : textOf(leadsTo.quantity);
    const { side } = leadsTo;
    expected[symbol] = { side, quantity, signal: id, sinceMs: receivedTimeMs };
  }
  return {
    sinceMs: Math.max(before.sinceMs, receivedTimeMs),
    series: sequence === undefined ? before.series : counted(before.series, sequence, event),
    expected,
  };
}

type Sequence = NonNullable<EventData<"signal.received.v1">["sequence"]>;

function counted(
  all: WatchState["series"],
  { series: name, number }: Sequence,
  { id, receivedTimeMs }: EventOf<"signal.received.v1">,
): WatchState["series"] {
  const { [name]: before, ...others } = all;
  const next = nextOf(before, number, { sinceMs: receivedTimeMs, after: id });
  // The one that was heard of last is the last: the first is what is forgotten.
  const kept = Object.entries(others).slice(1 - MOST_SERIES);
  return { ...Object.fromEntries(kept), [name]: next };
}

function nextOf(before: Series | undefined, number: number, at: Pick<Gap, "sinceMs" | "after">) {
  if (before === undefined) return { last: number, gaps: [] };
  const { last, gaps } = before;
  if (number === last) return before;
  if (number > last) {
    const missing = number > last + 1 ? [{ from: last + 1, to: number - 1, ...at }] : [];
    return { last: number, gaps: [...gaps, ...missing].slice(-MOST_GAPS) };
  }
  const isLate = gaps.some(({ from, to }) => from <= number && number <= to);
  // A script that was set up anew counts from where its own history starts.
  if (!isLate) return { last: number, gaps: [] };
  return { last, gaps: gaps.flatMap((one) => cut(one, number)) };
}

/** What is left of a gap when one of its numbers has come after all. */
function cut(one: Gap, number: number): readonly Gap[] {
  if (number < one.from || number > one.to) return [one];
  const parts = [
    { ...one, to: number - 1 },
    { ...one, from: number + 1 },
  ];
  return parts.filter(({ from, to }) => from <= to);
}
