import type * as z from "zod";
import { equity } from "../../core/domain/instruments.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { assess, compileLimits, type Verdict } from "../../core/risk/assess.ts";
import { accountLimitsSchema, limitsSchema } from "../../core/risk/limits.ts";
import type { AccountContext, InFlight, RiskContext } from "../../core/risk/rule.ts";
import { d, request } from "../execution/fixtures.ts";

/** Monday, 8 January 2024, 15:00 in New York. */
export const NOW_MS = Date.UTC(2024, 0, 8, 20);

const nothing: InFlight = {
  buys: 0n,
  sells: 0n,
  buyDollars: 0n,
  sellDollars: 0n,
  elsewhere: 0n,
};

const account: Omit<AccountContext, "buyingPower"> & { readonly buyingPower: bigint } = {
  buyingPower: d("200000"),
  payFactor: d("1"),
  equity: d("100000"),
  dayStartEquity: d("100000"),
  grossExposure: 0n,
  openOrders: 0,
  opposing: 0,
};

/** Flat, 100 000 dollars of equity, SPY at 100. */
export const flat: RiskContext = {
  instrument: equity("SPY"),
  price: d("100"),
  priceTimeMs: NOW_MS,
  timeMs: NOW_MS,
  inSession: true,
  position: 0n,
  inUniverse: true,
  tradable: true,
  halted: false,
  shortable: true,
  noEntries: null,
  equity: d("100000"),
  grossExposure: 0n,
  netExposure: 0n,
  inFlight: nothing,
  openOrders: 0,
  ordersToday: 0,
  ordersLastMinute: 0,
  twins: 0,
  dayStartEquity: d("100000"),
  peakEquity: d("100000"),
  lossesInRow: 0,
  lastLossMs: Number.MIN_SAFE_INTEGER,
  account: accountOf({}),
};

/** What differs from {@link flat}. */
export interface Change extends Partial<Omit<RiskContext, "inFlight" | "account">> {
  readonly inFlight?: Partial<InFlight>;
  readonly account?: Partial<typeof account>;
}

/** Limits of a profile, and under `account` those of its account. */
export type Options = z.input<typeof limitsSchema> & {
  readonly account?: z.input<typeof accountLimitsSchema>;
};

/** The rules of some limits. */
export function rulesOf({ account = {}, ...limits }: Options) {
  return compileLimits(limitsSchema.parse(limits), accountLimitsSchema.parse(account));
}

function accountOf(change: Change["account"]): AccountContext {
  const { buyingPower, ...rest } = { ...account, ...change };
  return { ...rest, buyingPower: () => buyingPower };
}

/** The context with some things otherwise. */
export function contextOf(change: Change = {}): RiskContext {
  return {
    ...flat,
    ...change,
    inFlight: { ...nothing, ...change.inFlight },
    account: accountOf(change.account),
  };
}

/** Risk's verdict on an order of ten shares, or as changed. */
export function verdict(
  limits: Options,
  order: Partial<OrderRequest> = {},
  change: Change = {},
): Verdict {
  return assess(rulesOf(limits), request(order), contextOf(change));
}

/** The name of the limit that denies, or `approved`. */
export function outcome(...of: Parameters<typeof verdict>): string {
  const found = verdict(...of);
  return found.verdict === "denied" ? found.limit : "approved";
}
