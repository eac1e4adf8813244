import * as z from "zod";
import { InputError, InvariantError } from "../domain/errors.ts";
import { slug } from "../domain/schema.ts";
import type { EventData } from "../events/catalogue.ts";
import type { Candidate } from "./candidate.ts";
import { filterSchema, judge } from "./filter.ts";
import { barsNeeded, labelOf, measured, measuresWith, textOfMeasure } from "./measure.ts";

export type { Attributes, Candidate, Today } from "./candidate.ts";

const rankSchema = measuresWith({
  order: z.enum(["highest-first", "lowest-first"]).default("highest-first"),
});

/** A scanner as data; only `own` measures are functions. */
export const scannerSchema = z.strictObject({
  name: slug,
  filters: z.array(filterSchema).readonly().default([]),
  rank: rankSchema,
  top: z.int().min(1).describe("How many are selected at most"),
});
/** A checked scanner, its defaults filled in. */
export type Scanner = Readonly<z.output<typeof scannerSchema>>;

/**
 * Declares a scanner: candidates pass the filters in their order, are ranked by one measure, and
 * the first `top` are selected.
 * @throws InputError naming scanner and field.
 */
export function defineScanner(options: z.input<typeof scannerSchema>): Scanner {
  const result = scannerSchema.safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new InputError(`scanner ${options.name}: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** Daily bars without which a scanner drops every candidate; its own functions are not asked. */
export function historyNeeded({ filters, rank }: Scanner): number {
  const needs = filters.map((filter) => (filter.kind === "asset" ? 0 : barsNeeded(filter)));
  return Math.max(barsNeeded(rank), ...needs);
}

type Selection = EventData<"universe.selected.v1">;
type Row = Selection["candidates"][number];

/** For whom and when it is scanned. */
export interface ScanContext {
  readonly profile: string;
  /** No candidate may hold a bar that closes later, UTC ms. */
  readonly timeMs: number;
}

/**
 * What a scanner selects, with the reason for each candidate: first those with a rank, in its
 * order, then those dropped by a filter, by symbol. Equal scores are ordered by symbol, so that the
 * order of the candidates does not matter.
 * @throws InputError when a symbol comes twice.
 * @throws InvariantError when a candidate holds a bar that is not closed yet.
 */
export function scan(
  scanner: Scanner,
  candidates: readonly Candidate[],
  { profile, timeMs }: ScanContext,
): Selection {
  const sorted = candidates.toSorted((a, b) => bySymbol(a.symbol, b.symbol));
  const scored: Scored[] = [];
  const dropped: Row[] = [];
  for (const [index, candidate] of sorted.entries()) {
    if (sorted[index - 1]?.symbol === candidate.symbol) {
      throw new InputError(`candidates: expected each symbol once, got ${candidate.symbol} twice`);
    }
    requireClosed(candidate, timeMs);
    const found = score(scanner, candidate);
    if ("kept" in found) dropped.push(found);
    else scored.push(found);
  }
  const sign = scanner.rank.order === "highest-first" ? -1 : 1;
  // The sort is stable and starts from the order by symbol, which therefore breaks ties.
  const rows = scored
    .toSorted((a, b) => sign * (a.score - b.score))
    .map((one, index) => rowOf(scanner, one, index + 1, scored.length));
  return {
    scanner: scanner.name,
    profile,
    selected: rows.filter(({ kept }) => kept).map(({ symbol }) => symbol),
    candidates: [...rows, ...dropped],
  };
}

interface Scored {
  readonly symbol: string;
  readonly score: number;
  readonly reason: string;
}

function score({ filters, rank }: Scanner, candidate: Candidate): Scored | Row {
  const { symbol } = candidate;
  const reasons: string[] = [];
  const drop = (reason: string): Row => ({ symbol, kept: false, rank: null, score: null, reason });
  for (const filter of filters) {
    const { kept, reason } = judge(filter, candidate);
    if (!kept) return drop(reason);
    reasons.push(reason);
  }
  const found = measured(rank, candidate);
  if ("missing" in found) return drop(`no rank by ${labelOf(rank)}: ${found.missing}`);
  return { symbol, score: found.value, reason: reasons.join(", ") };
}

function rowOf({ rank: by, top }: Scanner, one: Scored, rank: number, of: number): Row {
  const kept = rank <= top;
  const place = `rank ${rank} of ${of} by ${labelOf(by)} ${textOfMeasure(by, one.score)}`;
  const line = kept ? place : `${place}, beyond the top ${top}`;
  const reason = one.reason === "" ? line : `${one.reason}; ${line}`;
  return { symbol: one.symbol, kept, rank, score: one.score, reason };
}

function requireClosed({ symbol, bars }: Candidate, timeMs: number): void {
  const last = bars.at(-1);
  if (last === undefined || last.closeTimeMs <= timeMs) return;
  throw new InvariantError(
    `${symbol}: expected bars that closed by ${timeMs}, got one that closes at ${last.closeTimeMs}`,
  );
}

function bySymbol(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
