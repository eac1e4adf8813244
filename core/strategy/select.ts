import { type Candidate, scan } from "../scanner/define.ts";
import type { ScanRule } from "./define.ts";
import type { Draft } from "./draft.ts";
import { isFresh } from "./freshness.ts";
import type { Slot } from "./slot.ts";

/**
 * Runs the scanner on what is known now, and records for each candidate why it was kept or not.
 * Where the same scan was recorded, what it selected then is what is selected: what was known that
 * day may have been restated since.
 */
export function select(draft: Draft, rule: ScanRule): void {
  const { runner, state, timeMs } = draft;
  const profile = runner.profile.name;
  const id = `${profile}.${draft.cause.id}.selected`;
  const candidates = () => runner.all(state).map((slot) => candidateOf(slot, rule, timeMs));
  const recorded = runner.selections.get(id);
  const selection = recorded ?? scan(rule.scanner, candidates(), { profile, timeMs });
  state.universe = [...selection.selected];
  draft.record("universe.selected.v1", id, selection);
}

function candidateOf(slot: Slot, { attributes }: ScanRule, nowMs: number): Candidate {
  const { symbol, instrument, state } = slot;
  // Without a bar for long there is no history to rank by, and the scanner says so.
  if (!isFresh(slot, nowMs)) return { symbol, instrument, bars: [] };
  const { scan: kept, lastPrice, lastTimeMs } = state;
  const bars = kept?.bars ?? [];
  const hasTraded = lastTimeMs > (bars.at(-1)?.closeTimeMs ?? Number.MIN_SAFE_INTEGER);
  const today = { open: kept?.open ?? null, price: lastPrice, volume: kept?.volume ?? 0 };
  const facts = attributes?.[symbol];
  return {
    symbol,
    instrument,
    bars,
    ...(hasTraded ? { today } : {}),
    ...(facts === undefined ? {} : { attributes: facts }),
  };
}
