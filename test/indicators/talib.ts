import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Bar } from "../../core/domain/market.ts";

type Columns = Record<"open" | "high" | "low" | "close" | "volume" | "inReal", number[]>;
type Outputs = Record<string, number[]>;

// The package's ES module has no file ending that Node would take for one.
const library: {
  init(url: string): Promise<unknown>;
} & Record<string, (params: object) => Outputs> = createRequire(import.meta.url)("talib-web");

const wasm = new URL("../../node_modules/talib-web/lib/talib.wasm", import.meta.url);
await library.init(`data:application/wasm;base64,${readFileSync(wasm).toString("base64")}`);

/**
 * Calls a TA-Lib function over bars and returns one output from its first value on. The outputs are
 * packed to the left with garbage after them, so what the warm-up costs is cut off the end.
 * Functions without a warm-up must not be called: the package lets them write one value past their
 * memory.
 */
export function talib(
  name: string,
  bars: readonly Bar[],
  params: object,
  warmUp: number,
  output = "output",
): number[] {
  const columns = {
    open: bars.map((bar) => bar.open),
    high: bars.map((bar) => bar.high),
    low: bars.map((bar) => bar.low),
    close: bars.map((bar) => bar.close),
    volume: bars.map((bar) => bar.volume),
    inReal: bars.map((bar) => bar.close),
  } satisfies Columns;
  const values = library[name]?.({ ...columns, ...params })[output];
  if (values === undefined) throw new Error(`TA-Lib's ${name} has no output ${output}`);
  return values.slice(0, bars.length - (warmUp - 1));
}
