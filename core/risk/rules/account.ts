import { type Decimal, larger, multiply, ZERO } from "../../domain/decimal.ts";
import type { OrderRequest } from "../../domain/order.ts";
import { countOf, flag, fractionOf, type Row, when } from "../row.ts";
import { dollarsOf, openingDollars, openingUnits, type RiskContext } from "../rule.ts";

const selfTrade: Row = ({ allowSelfTrade }) =>
  allowSelfTrade
    ? undefined
    : flag(
        "self-trade",
        "another profile of the account waits to trade the other way",
        (_, { account }) => account.opposing > 0,
      );

const maxOpenOrders: Row = (_, { maxOpenOrders }) =>
  when(maxOpenOrders, (most) => ({
    limit: "account-max-open-orders",
    reason: "too many orders of the account are working",
    value: (_, { account }) => countOf(account.openOrders + 1),
    bound: () => countOf(most),
  }));

const maxDailyLoss: Row = (_, { maxDailyLoss }) =>
  when(maxDailyLoss, (most) => ({
    limit: "account-max-daily-loss",
    reason: "the account's loss of the day is too large for entries",
    value: (_, { account }) => larger(account.dayStartEquity - account.equity, ZERO),
    bound: fractionOf(most, (_, { account }) => account.dayStartEquity),
  }));

const maxGrossExposure: Row = (_, { maxGrossExposure }) =>
  when(maxGrossExposure, (most) => ({
    limit: "account-max-gross-exposure",
    reason: "the account's gross exposure would be too large",
    value: (request, context) =>
      context.account.grossExposure + dollarsOf(openingUnits(request, context), context),
    bound: fractionOf(most, (_, { account }) => larger(account.equity, ZERO)),
  }));

/**
 * Only the part that opens is paid for. Working orders of every profile have reserved theirs, and
 * the book that this is reckoned from is the one that the decision is committed on: of two profiles
 * that would spend the same dollars, the second to commit decides again.
 */
const buyingPower: Row = ({ checkBuyingPower }) =>
  checkBuyingPower
    ? {
        limit: "buying-power",
        reason: "the account cannot pay for the order",
        value: neededDollars,
        bound: (request, context) => context.account.buyingPower(neededDollars(request, context)),
      }
    : undefined;

function neededDollars(request: OrderRequest, context: RiskContext): Decimal {
  return multiply(openingDollars(request, context), context.account.payFactor);
}

/** Limits on the account as a whole. */
export const accountRows: readonly Row[] = [
  selfTrade,
  maxOpenOrders,
  maxDailyLoss,
  maxGrossExposure,
  buyingPower,
];
