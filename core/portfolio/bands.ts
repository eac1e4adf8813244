import * as z from "zod";

/**
 * How far a weight may drift before it is traded back: `absolute` as a share of equity (0.05 is
 * five percentage points), `relative` as a share of the target (0.25 is a quarter of it). Where
 * both are given the narrower one counts, as in the 5/25 rule.
 * @see Swedroe, The Only Guide You'll Ever Need for the Right Financial Plan, chapter 6
 */
export const bandsSchema = z
  .strictObject({
    absolute: z.number().min(0).max(1).optional(),
    relative: z.number().min(0).optional(),
  })
  .refine(({ absolute, relative }) => absolute !== undefined || relative !== undefined, {
    error: "expected absolute, relative or both",
  });
/** Checked bands, as shares of one. */
export type Bands = Readonly<z.output<typeof bandsSchema>>;

/** How far a weight may be from its target, as a share of equity. */
export function widthOf({ absolute, relative }: Bands, target: number): number {
  return Math.min(
    absolute ?? Infinity,
    relative === undefined ? Infinity : relative * Math.abs(target),
  );
}

/**
 * Target weights with drift let be: what is held inside its band keeps its held weight, what is
 * outside goes back to the target whole. What is opened or closed has no band. Weights are shares
 * of equity; a symbol that only one of the two names counts 0 in the other.
 */
export function bandedWeights(
  targets: Readonly<Record<string, number>>,
  held: Readonly<Record<string, number>>,
  bands: Bands,
): Readonly<Record<string, number>> {
  const symbols = [...new Set([...Object.keys(targets), ...Object.keys(held)])];
  return Object.fromEntries(
    symbols.map((symbol) => {
      const [target = 0, now = 0] = [targets[symbol], held[symbol]];
      const isKept = target !== 0 && now !== 0;
      const isInside = Math.abs(now - target) <= widthOf(bands, target);
      return [symbol, isKept && isInside ? now : target];
    }),
  );
}

/** The bands in words. */
export function bandText(bands: Bands): string {
  const parts: string[] = [];
  if (bands.absolute !== undefined) parts.push(`${percent(bands.absolute)} of equity`);
  if (bands.relative !== undefined) parts.push(`${percent(bands.relative)} of the target`);
  return parts.join(" or ");
}

/** A share in words: 0.6 is `60.00 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
