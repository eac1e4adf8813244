import * as z from "zod";
import type { Bar } from "../domain/market.ts";
import type { Candidate } from "./candidate.ts";

const bars = (length: number, least = 1) =>
  z.int().min(least).default(length).describe("How many daily bars it is measured over");

/** A pure function of a candidate, or null where it cannot be told. */
export type OwnMeasure = (candidate: Candidate) => number | null;
const ownMeasure = z.custom<OwnMeasure>((value) => typeof value === "function", {
  error: "expected a function from a candidate to a number or null",
});

/**
 * What can be measured of a candidate, by kind. `price`, `gap` and `volume-today` look at what has
 * traded since the last daily bar, where anything has; everything else uses daily bars alone.
 */
const measureShapes = {
  /** Dollars. */
  price: { kind: z.literal("price") },
  /** Today's open over the last close, less 1; see {@link gapOf} for what stands in for it. */
  gap: { kind: z.literal("gap") },
  /** Last close over the close `bars` before, less 1. */
  change: { kind: z.literal("change"), bars: bars(1) },
  /** Shares of the last bar. */
  volume: { kind: z.literal("volume") },
  /** Shares since the last daily bar closed. */
  volumeToday: { kind: z.literal("volume-today") },
  /** Volume of the last bar over the average of the `bars` before it. */
  relativeVolume: { kind: z.literal("relative-volume"), bars: bars(20) },
  /** Mean of close × volume over the last `bars`, dollars. */
  averageDollarVolume: { kind: z.literal("average-dollar-volume"), bars: bars(20) },
  /** Sample deviation of `bars` daily log returns, a fraction a year. */
  volatility: { kind: z.literal("volatility"), bars: bars(20, 2) },
  /** A named number from the candidate's attributes. */
  attribute: { kind: z.literal("attribute"), name: z.string().min(1) },
  /** A named function of the author's. */
  own: { kind: z.literal("own"), name: z.string().min(1), measure: ownMeasure },
} as const;

/** The schema of every measure, each with some more fields beside its own. */
export function measuresWith<E extends z.core.$ZodShape>(extra: E) {
  return z.discriminatedUnion("kind", [
    z.strictObject({ ...measureShapes.price, ...extra }),
    z.strictObject({ ...measureShapes.gap, ...extra }),
    z.strictObject({ ...measureShapes.change, ...extra }),
    z.strictObject({ ...measureShapes.volume, ...extra }),
    z.strictObject({ ...measureShapes.volumeToday, ...extra }),
    z.strictObject({ ...measureShapes.relativeVolume, ...extra }),
    z.strictObject({ ...measureShapes.averageDollarVolume, ...extra }),
    z.strictObject({ ...measureShapes.volatility, ...extra }),
    z.strictObject({ ...measureShapes.attribute, ...extra }),
    z.strictObject({ ...measureShapes.own, ...extra }),
  ]);
}

const plain = measuresWith({});
/** Something to measure, its defaults filled in. */
export type Measure = Readonly<z.output<typeof plain>>;

/** A number, or why there is none. */
export type Measured = { readonly value: number } | { readonly missing: string };

/** Measures a candidate. History that is too short is an answer, not an error. */
export function measured(measure: Measure, candidate: Candidate): Measured {
  const found = take(measure, candidate);
  if ("missing" in found || Number.isFinite(found.value)) return found;
  return { missing: `${labelOf(measure)} is no number` };
}

/** Daily bars that a measure needs at most; an author's own function is not asked. */
export function barsNeeded(measure: Measure): number {
  switch (measure.kind) {
    case "price":
    case "volume":
      return 1;
    case "gap":
      return 2;
    case "average-dollar-volume":
      return measure.bars;
    case "change":
    case "relative-volume":
    case "volatility":
      return measure.bars + 1;
    default:
      return 0;
  }
}

/** What it is called in a reason: `20-day volatility`. */
export function labelOf(measure: Measure): string {
  switch (measure.kind) {
    case "change":
    case "relative-volume":
    case "average-dollar-volume":
    case "volatility":
      return `${measure.bars}-day ${measure.kind.replaceAll("-", " ")}`;
    case "attribute":
    case "own":
      return measure.name;
    default:
      return measure.kind.replaceAll("-", " ");
  }
}

/** A measured number as a person reads it: percent for gap, change and volatility, else plain. */
export function textOfMeasure({ kind }: Measure, value: number): string {
  if (kind === "gap" || kind === "change" || kind === "volatility")
    return `${short(value * 100)} %`;
  return short(value);
}

function take(measure: Measure, candidate: Candidate): Measured {
  const { bars: history, today } = candidate;
  const last = history.at(-1);
  switch (measure.kind) {
    case "price":
      return given(today?.price ?? last?.close, "no price");
    case "gap":
      return gapOf(candidate);
    case "change": {
      const before = history.at(-1 - measure.bars);
      if (last === undefined || before === undefined) return tooShort(measure.bars + 1, history);
      return { value: last.close / before.close - 1 };
    }
    case "volume":
      return last === undefined ? tooShort(1, history) : { value: last.volume };
    case "volume-today":
      return given(today?.volume, "nothing has traded since the last daily bar");
    case "relative-volume": {
      if (last === undefined || history.length <= measure.bars) {
        return tooShort(measure.bars + 1, history);
      }
      const before = history.slice(-1 - measure.bars, -1);
      return { value: last.volume / mean(before.map(({ volume }) => volume)) };
    }
    case "average-dollar-volume": {
      if (history.length < measure.bars) return tooShort(measure.bars, history);
      return { value: mean(history.slice(-measure.bars).map((bar) => bar.close * bar.volume)) };
    }
    case "volatility":
      return volatilityOf(candidate, measure.bars);
    case "attribute": {
      const value = candidate.attributes?.[measure.name];
      return given(typeof value === "number" ? value : undefined, `no number ${measure.name}`);
    }
    case "own":
      return given(measure.measure(candidate), `no ${measure.name}`);
  }
}

/**
 * Before the open the last price stands in for it; where nothing has traded since the last daily
 * bar, the gap is that bar's: its open over the close before it.
 */
function gapOf({ bars: history, today }: Candidate): Measured {
  const needed = today === undefined ? 2 : 1;
  const before = history.at(-needed);
  const open = today === undefined ? history.at(-1)?.open : (today.open ?? today.price);
  if (before === undefined || open === undefined) return tooShort(needed, history);
  return { value: open / before.close - 1 };
}

function volatilityOf({ bars: history, instrument }: Candidate, length: number): Measured {
  if (history.length <= length) return tooShort(length + 1, history);
  const closes = history.slice(-1 - length).map(({ close }) => close);
  const returns = closes.slice(1).map((close, i) => Math.log(close / (closes[i] ?? close)));
  const average = mean(returns);
  const squares = returns.reduce((sum, value) => sum + (value - average) ** 2, 0);
  // Days a year: 252 sessions, or all of them where trading never stops.
  const year = instrument.calendar === "always-open" ? 365 : 252;
  return { value: Math.sqrt((squares / (length - 1)) * year) };
}

function given(value: number | null | undefined, missing: string): Measured {
  return value === null || value === undefined ? { missing } : { value };
}

function tooShort(needed: number, history: readonly Bar[]): Measured {
  return { missing: `needs ${needed} daily bars, has ${history.length}` };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Four significant digits, whole numbers from a thousand up, never an exponent. */
function short(value: number): string {
  if (Math.abs(value) >= 1_000) return value.toFixed(0);
  return String(Number(value.toPrecision(4)));
}
