import { equity } from "../../core/domain/instruments.ts";
import type { Bar } from "../../core/domain/market.ts";
import { DAY_MS } from "../../core/domain/time.ts";
import type { Candidate } from "../../core/scanner/candidate.ts";
import { defineScanner, scan } from "../../core/scanner/define.ts";

type Options = Parameters<typeof defineScanner>[0];

/** Daily bars with these closes, open at the close before; the last closes at `endMs`. */
export function bars(closes: readonly number[], volume = 1_000, endMs = 100 * DAY_MS): Bar[] {
  return closes.map((close, i) => {
    const open = closes[i - 1] ?? close;
    const closeTimeMs = endMs - (closes.length - 1 - i) * DAY_MS;
    const high = Math.max(open, close);
    const low = Math.min(open, close);
    return { openTimeMs: closeTimeMs - DAY_MS, closeTimeMs, open, high, low, close, volume };
  });
}

export function candidate(
  symbol: string,
  closes: readonly number[],
  changes: Partial<Candidate> = {},
): Candidate {
  return { symbol, instrument: equity(symbol), bars: bars(closes), ...changes };
}

/** Scans with a scanner that ranks by price unless said otherwise. */
export function scanned(options: Partial<Options>, candidates: readonly Candidate[]) {
  const scanner = defineScanner({ name: "test", rank: { kind: "price" }, top: 10, ...options });
  return scan(scanner, candidates, { profile: "alpha", timeMs: 100 * DAY_MS });
}

/** The reason for one candidate under one filter. */
export function reasonOf(filter: NonNullable<Options["filters"]>[number], one: Candidate): string {
  const [row] = scanned({ filters: [filter] }, [one]).candidates;
  return `${row?.kept}: ${row?.reason.split(";")[0]}`;
}
