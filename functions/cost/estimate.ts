import { type Item, PRICES, type Price, type Usage } from "./prices.ts";

/** One line of a monthly estimate. */
export interface CostLine {
  readonly item: Item;
  readonly quantity: number;
  readonly unit: string;
  /** Dollars at list price, and of what is beyond the monthly allowance that never ends. */
  readonly list: number;
  readonly billed: number;
}

/** A month's estimate, dearest line first. */
export interface Estimate {
  readonly lines: readonly CostLine[];
  readonly list: number;
  readonly billed: number;
}

/** Multiplies a month's usage by the prices. Dollars are not rounded. */
export function estimateOf(usage: Usage): Estimate {
  const lines = items()
    .map(([item, price]): CostLine => {
      const quantity = usage[item];
      const dollars = (units: number) => (units / price.per) * price.dollars;
      return {
        item,
        quantity,
        unit: price.unit,
        list: dollars(quantity),
        billed: dollars(Math.max(0, quantity - price.free)),
      };
    })
    .filter(({ quantity }) => quantity > 0)
    .sort((a, b) => b.list - a.list || (a.item < b.item ? -1 : 1));
  const total = (of: (line: CostLine) => number) => lines.reduce((sum, line) => sum + of(line), 0);
  return { lines, list: total(({ list }) => list), billed: total(({ billed }) => billed) };
}

function items(): readonly (readonly [Item, Price])[] {
  return names.map((item) => [item, PRICES[item]]);
}

const isItem = (name: string): name is Item => Object.hasOwn(PRICES, name);
const names: readonly Item[] = Object.keys(PRICES).filter(isItem);
