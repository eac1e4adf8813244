import { numberOf } from "../../../core/domain/decimal.ts";
import { type CorporateAction, priceFactorOf } from "../../../core/runtime/actionHandler.ts";
import { badRequest } from "../errors.ts";
import { closeAt, type Tape } from "../tape.ts";

const KINDS = ["raw", "split", "dividend", "spin-off", "all"];

/** What bars before a time are multiplied by. */
export interface Adjustment {
  readonly timeMs: number;
  readonly price: number;
  readonly volume: number;
}

/** Bars as they were: nothing is adjusted. */
export const RAW: readonly Adjustment[] = [];

/**
 * The adjustments of a symbol by actions that have taken effect, ascending by time. Spin-offs are
 * not recorded, so that there are none to adjust for.
 * @throws Refusal (400) for a kind that there is not.
 */
export function adjustmentsIn(
  query: URLSearchParams,
  actions: readonly CorporateAction[],
  { instrument, base }: Tape,
  nowMs: number,
): readonly Adjustment[] {
  const kinds = (query.get("adjustment") || "raw").split(",");
  const unknown = kinds.find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) throw badRequest(`invalid adjustment: ${unknown}`);
  const all = kinds.includes("all");
  return actions
    .filter(({ symbol, timeMs }) => symbol === instrument.symbol && timeMs <= nowMs)
    .filter(
      ({ kind }) => (kind === "split" || kind === "dividend") && (all || kinds.includes(kind)),
    )
    .map((action) => ({
      timeMs: action.timeMs,
      price: priceFactorOf(action, closeAt(base.columns, action.timeMs)),
      volume: action.kind === "split" ? numberOf(action.value) : 1,
    }));
}

/** What a bar that opened at a time is multiplied by, all later actions together. */
export function factorAt(adjustments: readonly Adjustment[], openMs: number) {
  let price = 1;
  let volume = 1;
  for (const one of adjustments) {
    if (one.timeMs <= openMs) continue;
    price *= one.price;
    volume *= one.volume;
  }
  return { price, volume };
}
