import { type Decimal, larger, roundDown, textOf, ZERO } from "../../domain/decimal.ts";
import { InputError } from "../../domain/errors.ts";
import type { Side } from "../../domain/order.ts";
import { passiveTick } from "./chase.ts";
import type { AlgoParent } from "./messages.ts";
import type { Algo } from "./params.ts";
import { evenSchedule, volumeSchedule } from "./schedule.ts";
import type { AlgoState, Plan } from "./state.ts";

/**
 * The state of an algo that has not done anything yet. The worst price is rounded to the tick on
 * its passive side.
 * @throws InputError for a quantity that is not in whole lots above 0, a worst price below a tick,
 * a displayed quantity below a lot, or a bounded participation without volume.
 */
export function beginning(algo: Algo, parent: AlgoParent, nowMs: number): AlgoState {
  const { id, side, quantity, instrument } = parent;
  const { tick, lot } = instrument;
  const durationMs = "durationMs" in algo ? algo.durationMs : null;
  if (quantity <= ZERO || quantity % lot !== ZERO) {
    throw lacking(
      `order ${id}: quantity`,
      `a quantity above 0 in steps of ${textOf(lot)}`,
      quantity,
    );
  }
  const worstPrice = algo.worstPrice === null ? null : worstIn(algo.worstPrice, tick, side);
  const retries =
    "retries" in algo ? { left: algo.retries, waitMs: algo.retryMs } : { left: 0, waitMs: 0 };
  return {
    format: 1,
    parent: { id, side, quantity, worstPrice, tick, lot },
    plan: planOf(algo, parent, nowMs),
    deadlineMs: durationMs === null ? null : nowMs + durationMs,
    leftover: "leftover" in algo ? algo.leftover : "cancel",
    retry: { ...retries, fromMs: null },
    nowMs,
    phase: "working",
    children: [],
    executions: [],
  };
}

function planOf(algo: Algo, parent: AlgoParent, startMs: number): Plan {
  const { quantity, sessionOpenMs = startMs } = parent;
  const { lot } = parent.instrument;
  switch (algo.kind) {
    case "immediate":
      return { kind: "immediate" };
    case "twap":
      return evenSchedule({ ...algo, quantity, lot, startMs });
    case "vwap":
      return volumeSchedule(
        { ...algo, quantity, lot, startMs },
        { ...algo, openMs: sessionOpenMs },
      );
    case "iceberg":
      return { kind: "iceberg", displayQuantity: displayed(algo.displayQuantity, quantity, lot) };
    case "chase": {
      const { peg, chaseTicks, intervalMs, maxChases } = algo;
      return { kind: "chase", peg, chaseTicks, intervalMs, chasesLeft: maxChases, quote: null };
    }
  }
}

function displayed(wanted: Decimal | null, quantity: Decimal, lot: Decimal): Decimal {
  if (wanted === null) return larger(roundDown(quantity / 10n, lot), lot);
  if (wanted < lot) throw lacking("displayQuantity", `at least the lot, ${textOf(lot)}`, wanted);
  return roundDown(wanted, lot);
}

function worstIn(price: Decimal, tick: Decimal, side: Side): Decimal {
  const inTicks = passiveTick(price, tick, side);
  if (inTicks === ZERO) throw lacking("worstPrice", `at least ${textOf(tick)}`, price);
  return inTicks;
}

function lacking(name: string, expected: string, got: Decimal): InputError {
  return new InputError(`${name}: expected ${expected}, got ${textOf(got)}`);
}
