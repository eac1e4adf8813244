import * as z from "zod";
import type { Decimal } from "../../core/domain/decimal.ts";
import { equity } from "../../core/domain/instruments.ts";
import type { Order, OrderRequest } from "../../core/domain/order.ts";
import { type Plan, planIntent } from "../../core/execution/planning.ts";
import type { PlanContext } from "../../core/execution/requests.ts";
import { defineProfile, defineStrategy } from "../../core/index.ts";
import type { Intent } from "../../core/strategy/intents.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { d, lived, request, say } from "./fixtures.ts";

const strategy = defineStrategy({
  name: "idle",
  description: "wants nothing",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  indicators: () => ({}),
});
type Options = Parameters<typeof defineProfile>[1];

/** A profile that buys ten of SPY at a time, with some things otherwise. */
export const profileOf = (own: Partial<Pick<Options, "execution" | "sizing">> = {}) =>
  compileProfile(
    defineProfile(strategy, {
      name: "alpha",
      universe: ["SPY"],
      sizing: { kind: "fixed-quantity", quantity: "10" },
      ...own,
    }),
  );
const profile = profileOf();

/** What a plan may be made with: how much of SPY is held, and what else is otherwise. */
export type Given = Partial<PlanContext> & { readonly held?: string };

/** Holding some of SPY at a last price of 100, 100 000 dollars in all. */
export function context(own: Given = {}): PlanContext {
  const { held = "0", ...rest } = own;
  const quantity = d(held);
  const lots = { cost: 0n, lots: [], realised: 0n, openedTimeMs: 0 };
  return {
    profile,
    instrument: equity("SPY", { lot: d("0.1") }),
    position: quantity === 0n ? undefined : { symbol: "SPY", quantity, ...lots },
    orders: [],
    works: [],
    lastPrice: 100,
    equity: () => d("100000"),
    maxQuantity: null,
    cause: "bar.7",
    timeMs: 5_000,
    ...rest,
  };
}

/** The plan of an intent, the third of its event. */
export const plan = (intent: Intent, own?: Given) => planIntent(intent, 2, context(own));

/** An order that the venue has accepted. */
export function working(changes: Partial<OrderRequest>): Order {
  const one = request(changes);
  return lived([say.approved(one), say.accepted(one)], one);
}

const units = (quantity: Decimal | null) => (quantity === null ? null : Number(quantity) / 1e9);
/** Requests in short: side, units, type, prices and role. */
export function lines({ requests }: Plan): readonly string[] {
  return requests.map(({ side, quantity, type, limitPrice, stopPrice, role }) =>
    [side, units(quantity), type, units(limitPrice) ?? "-", units(stopPrice) ?? "-", role].join(
      " ",
    ),
  );
}
/** Ids of what a plan cancels. */
export const cancelled = ({ cancels }: Plan) => cancels.map(({ request: { id } }) => id);
/** Which worked orders a plan ends. */
export const ends = ({ stops }: Plan) =>
  (["entry buy", "entry sell", "exit buy", "exit sell"] as const).filter((words) => {
    const [role = "", side = ""] = words.split(" ");
    return stops({ role, side } as Pick<OrderRequest, "role" | "side">);
  });
