import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { decimalOf, divide, ONE } from "../../core/domain/decimal.ts";
import { compareDates } from "../../core/domain/time.ts";
import type { CorporateAction } from "../../core/runtime/actionHandler.ts";
import type { WireActions } from "./wireData.ts";

/**
 * Alpaca's corporate actions as ours, oldest first: splits both ways, stock dividends (a split by
 * the shares that they add), cash dividends, new names, and shares that become cash or nothing.
 * Spin-offs, rights and mergers into other shares are left out: no single number tells what a
 * position becomes, and a person must look.
 */
export function actionsFrom(wire: WireActions): readonly CorporateAction[] {
  const actions: CorporateAction[] = [
    ...[...wire.forward_splits, ...wire.reverse_splits].map((one) =>
      action(
        one.symbol,
        "split",
        divide(decimalOf(one.new_rate), decimalOf(one.old_rate)),
        one.ex_date,
      ),
    ),
    ...wire.stock_dividends.map((one) =>
      action(one.symbol, "split", ONE + decimalOf(one.rate), one.ex_date),
    ),
    ...wire.cash_dividends.map((one) =>
      action(one.symbol, "dividend", decimalOf(one.rate), one.ex_date),
    ),
    ...wire.name_changes.map((one) => ({
      ...action(one.old_symbol, "symbol-change", ONE, one.process_date),
      newSymbol: one.new_symbol,
    })),
    ...wire.cash_mergers.map((one) =>
      action(one.acquiree_symbol, "delisting", decimalOf(one.rate), one.effective_date),
    ),
    ...wire.worthless_removals.map((one) => action(one.symbol, "delisting", 0n, one.process_date)),
  ];
  return actions.sort((a, b) => a.timeMs - b.timeMs || compareDates(a.symbol, b.symbol));
}

function action(
  symbol: string,
  kind: CorporateAction["kind"],
  value: CorporateAction["value"],
  date: string,
): CorporateAction {
  return { symbol, kind, value, newSymbol: null, timeMs: firstTradeMs(date) };
}

/** When the day's first trade may come: before regular hours; midnight where none are. */
function firstTradeMs(date: string): number {
  const calendar = calendarOf("us-equity");
  const session = calendar.sessionOn(date);
  return session?.preOpenTimeMs ?? Date.parse(`${date}T04:00:00Z`);
}
