import * as z from "zod";
import { epochMs } from "../../core/domain/time.ts";

const instant = z.string().transform(epochMs);
const page = {
  next_page_token: z
    .string()
    .nullish()
    .transform((token) => token ?? null),
};

/** A bar as Alpaca gives it: stamped by its start. */
export const wireBar = z.object({
  t: instant,
  o: z.number(),
  h: z.number(),
  l: z.number(),
  c: z.number(),
  v: z.number(),
});
export type WireBar = Readonly<z.output<typeof wireBar>>;

/** A page of bars by symbol; `null` where there are none. */
export const wireBars = z.object({
  bars: z.record(z.string(), z.array(wireBar)).nullish(),
  ...page,
});

/** Latest quotes by symbol. */
export const wireQuotes = z.object({
  quotes: z.record(
    z.string(),
    z.object({ t: instant, bp: z.number(), bs: z.number(), ap: z.number(), as: z.number() }),
  ),
});

/** Latest trades by symbol. */
export const wireTrades = z.object({
  trades: z.record(z.string(), z.object({ t: instant, p: z.number(), s: z.number() })),
});

/** What the venue says of its clock. */
export const wireClock = z.object({ timestamp: z.string() });

/** Days of the venue's calendar; clock times in New York. */
export const wireDays = z.array(
  z.object({ date: z.string(), open: z.string(), close: z.string() }),
);

/** What the venue says of an instrument. */
export const wireAsset = z.object({
  symbol: z.string(),
  status: z.string(),
  tradable: z.boolean(),
  shortable: z.boolean().default(false),
  fractionable: z.boolean().default(false),
});
/** All instruments. */
export const wireAssets = z.array(wireAsset);

const day = z.iso.date();
const split = z.object({
  symbol: z.string(),
  new_rate: z.number().positive(),
  old_rate: z.number().positive(),
  ex_date: day,
});

/** Corporate actions of the kinds that change what a position is; the venue tells of more. */
export const wireActions = z.object({
  corporate_actions: z.object({
    forward_splits: z.array(split).default([]),
    reverse_splits: z.array(split).default([]),
    stock_dividends: z
      .array(z.object({ symbol: z.string(), rate: z.number().positive(), ex_date: day }))
      .default([]),
    cash_dividends: z
      .array(z.object({ symbol: z.string(), rate: z.number().positive(), ex_date: day }))
      .default([]),
    name_changes: z
      .array(z.object({ old_symbol: z.string(), new_symbol: z.string(), process_date: day }))
      .default([]),
    cash_mergers: z
      .array(
        z.object({
          acquiree_symbol: z.string(),
          rate: z.number().nonnegative(),
          effective_date: day,
        }),
      )
      .default([]),
    worthless_removals: z.array(z.object({ symbol: z.string(), process_date: day })).default([]),
  }),
  ...page,
});
export type WireActions = z.output<typeof wireActions>["corporate_actions"];
