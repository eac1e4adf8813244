import * as z from "zod";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import {
  cancelEntries,
  defineProfile,
  defineStrategy,
  type ExecutionOptions,
  enterLong,
  enterShort,
  equity,
  exit,
} from "../../core/index.ts";
import { barsOf, recordingOf } from "./worlds.ts";

/** A minute, ms. */
export const MINUTE = 60_000;
/** When the session of the bars opens. */
export const OPEN = newYorkTimeMs("2024-07-01", "09:30");
/** Five slices in ten minutes. */
export const twap = { kind: "twap", durationMs: 10 * MINUTE, slices: 5 } as const;

/** What is done at the close of which minute; `reverse` sells twice what is held and more. */
export type Script = Readonly<
  Record<number, "enter" | "exit" | "cancel" | "reverse" | "protected">
>;

/** A profile that enters, exits and cancels when it is told to, each order worked. */
export function scripted(script: Script, execution: ExecutionOptions, quantity = 100) {
  const strategy = defineStrategy({
    name: "scripted",
    description: "Does what the test says",
    bars: "1m",
    params: z.object({}),
    state: z.object({ bars: z.int().default(0) }),
    indicators: () => ({}),
    onBar({ bar, state }) {
      const bars = state.bars + 1;
      const act = script[bars];
      const reason = `minute ${bars}`;
      const stop = bar.close - 5;
      if (act === "enter")
        return { state: { bars }, intents: [enterLong({ quantity, reason, execution })] };
      if (act === "protected") {
        const target = bar.close + 50;
        return {
          state: { bars },
          intents: [enterLong({ quantity, reason, execution, stop, target })],
        };
      }
      if (act === "reverse") {
        const above = { stop: bar.close + 50 };
        return {
          state: { bars },
          intents: [enterShort({ quantity, reason, execution, ...above })],
        };
      }
      if (act === "exit") return { state: { bars }, intents: [exit({ reason, execution })] };
      if (act === "cancel") return { state: { bars }, intents: [cancelEntries({ reason })] };
      return { state: { bars } };
    },
  });
  const limits = { allowShort: true };
  return defineProfile(strategy, { name: "worked", universe: [equity("AAA")], limits });
}

/** A session of minutes at 100 dollars that climbs by a step a minute. */
export function rising(minutes = 60, step = 0) {
  const rows = Array.from({ length: minutes }, (_, i) => {
    const price = 100 + i * step;
    return [price, price + 0.5, price - 0.5, price] as const;
  });
  const columns = barsOf(rows, OPEN, MINUTE);
  return recordingOf([{ instrument: equity("AAA"), timeframe: "1m", columns }]);
}
