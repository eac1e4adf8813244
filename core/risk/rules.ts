import {
  absolute,
  type Decimal,
  decimalOf,
  larger,
  multiply,
  ONE,
  smaller,
  ZERO,
} from "../domain/decimal.ts";
import type { Limits } from "./limits.ts";
import {
  deltaOf,
  dollarsOf,
  orderDollars,
  positionAfter,
  type RiskContext,
  type Rule,
} from "./rule.ts";

/** Makes the rule of a limit, or nothing where the limit is not set. */
type Row = (limits: Limits) => Rule | undefined;

const none = () => ZERO;

function when<T>(bound: T | undefined, rule: (bound: T) => Rule): Rule | undefined {
  return bound === undefined ? undefined : rule(bound);
}

const universe: Row = () => ({
  limit: "universe",
  reason: "the instrument is not in the profile's universe",
  isFlag: true,
  value: (_, { inUniverse }) => (inUniverse ? ZERO : ONE),
  bound: none,
});

const price: Row = () => ({
  limit: "price",
  reason: "no price above 0 is known for the instrument",
  isFlag: true,
  value: (_, context) => (context.price > ZERO ? ZERO : ONE),
  bound: none,
});

const short: Row = ({ allowShort }) => ({
  limit: "allow-short",
  reason: allowShort
    ? "the instrument cannot be sold short"
    : "the order would leave a short position",
  value: (request, context) => {
    if (allowShort && context.instrument.shortable) return ZERO;
    return larger(-positionAfter(request, context), ZERO);
  },
  bound: none,
});

/** A stop-limit order crosses from its stop, as there the market is when it starts to work. */
const priceCollar: Row = ({ priceCollar }) =>
  when(priceCollar, (collar) => ({
    limit: "price-collar",
    reason: "the limit price crosses the market too far",
    bindsExits: true,
    value: ({ side, limitPrice, stopPrice, parentId }, { price: last }) => {
      // A leg's price is meant for where its parent fills, not for the market now.
      if (limitPrice === null || parentId !== null) return ZERO;
      const from = stopPrice ?? last;
      if (from <= ZERO) return ZERO;
      return larger(side === "buy" ? limitPrice - from : from - limitPrice, ZERO);
    },
    bound: fractionOf(collar, ({ stopPrice }, { price: last }) => stopPrice ?? last),
  }));

const maxOrderQuantity: Row = ({ maxOrderQuantity }) =>
  when(maxOrderQuantity, (most) => ({
    limit: "max-order-quantity",
    reason: "the order is too large",
    value: (request, context) => absolute(deltaOf(request, context)),
    bound: () => most,
  }));

const maxOrderNotional: Row = ({ maxOrderNotional }) =>
  when(maxOrderNotional, (most) => ({
    limit: "max-order-notional",
    reason: "the order is too large",
    value: orderDollars,
    bound: () => most,
  }));

const maxPositionNotional: Row = ({ maxPositionNotional }) =>
  when(maxPositionNotional, (most) => ({
    limit: "max-position-notional",
    reason: "the position would be too large",
    value: (request, context) => dollarsOf(positionAfter(request, context), context),
    bound: () => most,
  }));

const maxOpenOrders: Row = ({ maxOpenOrders }) =>
  when(maxOpenOrders, (most) => ({
    limit: "max-open-orders",
    reason: "too many orders are working",
    value: (_, { openOrders }) => countOf(openOrders + 1),
    bound: () => countOf(most),
  }));

const maxOrdersPerDay: Row = ({ maxOrdersPerDay }) =>
  when(maxOrdersPerDay, (most) => ({
    limit: "max-orders-per-day",
    reason: "too many orders today",
    value: (_, { ordersToday }) => countOf(ordersToday + 1),
    bound: () => countOf(most),
  }));

const maxGrossExposure: Row = ({ maxGrossExposure }) =>
  when(maxGrossExposure, (most) => ({
    limit: "max-gross-exposure",
    reason: "gross exposure would be too large",
    value: (request, context) => {
      const held = dollarsOf(context.position, context);
      return context.grossExposure - held + dollarsOf(positionAfter(request, context), context);
    },
    bound: fractionOf(most, (_, { equity }) => larger(equity, ZERO)),
  }));

/** Where the profile is beyond the bound already, an order that brings it nearer is let through. */
const maxNetExposure: Row = ({ maxNetExposure: most }) => {
  if (most === undefined) return undefined;
  const bound = fractionOf(most, (_, { equity }) => larger(equity, ZERO));
  return {
    limit: "max-net-exposure",
    reason: "net exposure would be too large",
    value: (request, context) => {
      const delta = deltaOf(request, context);
      const change = dollarsOf(delta, context);
      return absolute(context.netExposure + (delta < ZERO ? -change : change));
    },
    bound: (request, context) => larger(bound(request, context), absolute(context.netExposure)),
  };
};

const maxDailyLoss: Row = ({ maxDailyLoss }) =>
  when(maxDailyLoss, (most) => ({
    limit: "max-daily-loss",
    reason: "the day's loss is too large for entries",
    value: (_, { dayStartEquity, equity }) => larger(dayStartEquity - equity, ZERO),
    bound: fractionOf(most, (_, { dayStartEquity }) => dayStartEquity),
  }));

const maxDrawdown: Row = ({ maxDrawdown }) =>
  when(maxDrawdown, (most) => ({
    limit: "max-drawdown",
    reason: "the drawdown is too large for entries",
    halts: true,
    value: (_, { peakEquity, equity }) => larger(peakEquity - equity, ZERO),
    bound: fractionOf(most, (_, { peakEquity }) => peakEquity),
  }));

/** Only the part that opens is paid for; an unknown buying power counts as none. */
const buyingPower: Row = ({ checkBuyingPower }) =>
  checkBuyingPower
    ? {
        limit: "buying-power",
        reason: "the account cannot pay for the order",
        value: (request, context) => {
          const delta = deltaOf(request, context);
          const size = absolute(delta);
          const isAgainst = delta > ZERO !== context.position > ZERO;
          const closes = isAgainst ? smaller(size, absolute(context.position)) : ZERO;
          const dollars = orderDollars(request, context);
          return size === ZERO ? dollars : (dollars * (size - closes)) / size;
        },
        bound: (_, context) => context.buyingPower ?? ZERO,
      }
    : undefined;

/** Every limit there is, in the order in which they are asked: cheap looks first. */
export const rows: readonly Row[] = [
  universe,
  price,
  short,
  priceCollar,
  maxOrderQuantity,
  maxOrderNotional,
  maxPositionNotional,
  maxOpenOrders,
  maxOrdersPerDay,
  maxDailyLoss,
  maxDrawdown,
  maxGrossExposure,
  maxNetExposure,
  buyingPower,
];

function countOf(value: number): Decimal {
  return BigInt(value) * ONE;
}

/** A bound that is a share of something in dollars; the share becomes a decimal once. */
function fractionOf(
  share: number,
  of: (request: Parameters<Rule["bound"]>[0], context: RiskContext) => Decimal,
): Rule["bound"] {
  const exact = decimalOf(share);
  return (request, context) => multiply(of(request, context), exact);
}
