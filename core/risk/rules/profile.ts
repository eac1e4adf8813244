import { absolute, type Decimal, larger, ZERO } from "../../domain/decimal.ts";
import type { OrderRequest } from "../../domain/order.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import { countOf, flag, fractionOf, type Row, when } from "../row.ts";
import { deltaOf, dollarsOf, positionAfter, type RiskContext } from "../rule.ts";

const equityAbove0 = (_: OrderRequest, { equity }: RiskContext) => larger(equity, ZERO);

const positionDollars = (request: OrderRequest, context: RiskContext) =>
  dollarsOf(positionAfter(request, context), context);

const maxPositionNotional: Row = ({ maxPositionNotional }) =>
  when(maxPositionNotional, (most) => ({
    limit: "max-position-notional",
    reason: "the position would be too large",
    value: positionDollars,
    bound: () => most,
  }));

const maxConcentration: Row = ({ maxConcentration }) =>
  when(maxConcentration, (most) => ({
    limit: "max-concentration",
    reason: "too much of the equity would be in one instrument",
    value: positionDollars,
    bound: fractionOf(most, equityAbove0),
  }));

const maxOpenOrders: Row = ({ maxOpenOrders }) =>
  when(maxOpenOrders, (most) => ({
    limit: "max-open-orders",
    reason: "too many orders are working",
    value: (_, { openOrders }) => countOf(openOrders + 1),
    bound: () => countOf(most),
  }));

const maxOrdersPerMinute: Row = ({ maxOrdersPerMinute }) =>
  when(maxOrdersPerMinute, (most) => ({
    limit: "max-orders-per-minute",
    reason: "too many orders in one minute",
    value: (_, { ordersLastMinute }) => countOf(ordersLastMinute + 1),
    bound: () => countOf(most),
  }));

const maxOrdersPerDay: Row = ({ maxOrdersPerDay }) =>
  when(maxOrdersPerDay, (most) => ({
    limit: "max-orders-per-day",
    reason: "too many orders today",
    value: (_, { ordersToday }) => countOf(ordersToday + 1),
    bound: () => countOf(most),
  }));

const coolDown: Row = ({ coolDown }) =>
  when(coolDown, ({ losses, minutes }) =>
    flag(
      "cool-down",
      `${losses} losing trades in a row: no position is opened for ${minutes} minutes`,
      (_, { lossesInRow, lastLossMs, timeMs }) =>
        lossesInRow >= losses && timeMs - lastLossMs < minutes * MINUTE_MS,
    ),
  );

/** Entries on one side alone may fill: the larger of what either side could come to counts. */
const maxGrossExposure: Row = ({ maxGrossExposure }) =>
  when(maxGrossExposure, (most) => ({
    limit: "max-gross-exposure",
    reason: "gross exposure would be too large",
    value: (request, context) => {
      const { position, inFlight, grossExposure } = context;
      const dollars = (quantity: Decimal) => dollarsOf(quantity, context);
      const { buys, sells } = inFlight;
      const elsewhere = grossExposure - dollars(position) + inFlight.elsewhere;
      const after = dollars(positionAfter(request, context));
      const isBuy = request.side === "buy";
      const other = dollars(isBuy ? position - sells : position + buys);
      const isWaiting = (isBuy ? sells : buys) > ZERO;
      return elsewhere + (isWaiting ? larger(after, other) : after);
    },
    bound: fractionOf(most, equityAbove0),
  }));

/** Where the profile is beyond the bound already, an order that brings it nearer is let through. */
const maxNetExposure: Row = ({ maxNetExposure: most }) => {
  if (most === undefined) return undefined;
  const bound = fractionOf(most, equityAbove0);
  return {
    limit: "max-net-exposure",
    reason: "net exposure would be too large",
    value: (request, context) => {
      const delta = deltaOf(request, context);
      const change = dollarsOf(delta, context);
      const { buyDollars, sellDollars } = context.inFlight;
      const side = delta < ZERO ? -(change + sellDollars) : change + buyDollars;
      return absolute(context.netExposure + side);
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

/** Limits on what a profile holds, does and loses, cheap looks first. */
export const profileRows: readonly Row[] = [
  maxPositionNotional,
  maxOpenOrders,
  maxOrdersPerMinute,
  maxOrdersPerDay,
  coolDown,
  maxDailyLoss,
  maxDrawdown,
  maxConcentration,
  maxGrossExposure,
  maxNetExposure,
];
