import * as z from "zod";
import { decimal } from "../../core/domain/decimal.ts";
import {
  crossedAbove,
  crossedBelow,
  crypto,
  defineProfile,
  defineStrategy,
  enterLong,
  exit,
  sma,
} from "../../core/index.ts";
import { CASH, QUANTITY } from "./rawLoop.ts";

/** The cross of the benchmark, written as any author would. */
export const smaCross = defineStrategy({
  name: "sma-cross",
  description: "SMA cross, fixed quantity",
  bars: "1m",
  params: z.object({
    fast: z.int().default(10),
    slow: z.int().default(30),
    rests: z.boolean().default(false).describe("Asks nothing on the bar in which an order fills"),
  }),
  state: z.object({ decidedMs: z.int().default(0) }),
  indicators: ({ fast, slow }) => ({ fast: sma(fast), slow: sma(slow) }),
  onBar({ bar, params, state, position, indicators: { fast, slow } }) {
    if (params.rests && state.decidedMs === bar.openTimeMs) return;
    if (position.side === "flat" && crossedAbove(fast, slow)) {
      const intents = [enterLong({ reason: "fast above slow" })];
      return { state: { decidedMs: bar.closeTimeMs }, intents };
    }
    if (position.side === "long" && crossedBelow(fast, slow)) {
      const intents = [exit({ reason: "fast below slow" })];
      return { state: { decidedMs: bar.closeTimeMs }, intents };
    }
  },
});

/** What a run of the cross may differ in. */
export interface CrossParams {
  readonly fast: number;
  readonly slow: number;
  readonly rests?: boolean;
}

/** An always-open instrument with the tick of the benchmark's series. */
export function benchInstrument(symbol: string) {
  return crypto(symbol, { tick: decimal("0.015625") });
}

/** A profile over so many always-open instruments. */
export function crossProfile(symbols: readonly string[], params: CrossParams) {
  return defineProfile(smaCross, {
    name: "bench",
    params,
    universe: symbols.map(benchInstrument),
    sizing: { kind: "fixed-quantity", quantity: String(QUANTITY) },
    account: { cash: String(CASH * symbols.length) },
  });
}
