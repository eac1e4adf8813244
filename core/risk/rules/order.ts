import { absolute, larger, ONE, ZERO } from "../../domain/decimal.ts";
import { countOf, flag, fractionOf, type Row, when } from "../row.ts";
import { deltaOf, orderDollars } from "../rule.ts";

const universe: Row = () =>
  flag(
    "universe",
    "the instrument is not in the profile's universe",
    (_, { inUniverse }) => !inUniverse,
  );

const price: Row = () =>
  flag(
    "price",
    "no price above 0 is known for the instrument",
    (_, context) => context.price <= ZERO,
  );

const tradable: Row = () =>
  flag("tradable", "the venue does not let the instrument be traded", (_, one) => !one.tradable);

/** An entry would wait for the reopening, and fill at whatever price that brings. */
const tradingHalt: Row = () =>
  flag("trading-halt", "its exchange has halted trading in it", (_, one) => one.halted);

/** A ten thousandth, the price step of shares below a dollar. */
const FINE_TICK = ONE / 10_000n;

/** @see 17 CFR 242.612, minimum price increments */
const tickAndLot: Row = () =>
  flag(
    "tick-and-lot",
    "the order is not in whole ticks and lots",
    ({ quantity, limitPrice, stopPrice }, { instrument: { tick, lot, assetClass } }) => {
      if (quantity !== null && quantity % lot !== ZERO) return true;
      for (const at of [limitPrice, stopPrice]) {
        if (at === null) continue;
        const step = at < ONE && assetClass === "us-equity" && tick > FINE_TICK ? FINE_TICK : tick;
        if (at % step !== ZERO) return true;
      }
      return false;
    },
  );

const short: Row = ({ allowShort }) => ({
  limit: "allow-short",
  reason: allowShort
    ? "the instrument cannot be sold short"
    : "the order would leave a short position",
  value: (request, context) => {
    if (allowShort && context.shortable) return ZERO;
    return larger(-(context.position + deltaOf(request, context)), ZERO);
  },
  bound: () => ZERO,
});

const regularHours: Row = ({ regularHoursOnly }) =>
  regularHoursOnly
    ? flag("regular-hours", "regular trading is closed", (_, { inSession }) => !inSession)
    : undefined;

const priceAge: Row = ({ maxPriceAgeSeconds }) =>
  when(maxPriceAgeSeconds, (most) => ({
    limit: "max-price-age",
    reason: "the last price is too old, in seconds",
    value: (_, { timeMs, priceTimeMs }) =>
      countOf(Math.max(0, Math.ceil((timeMs - priceTimeMs) / 1000))),
    bound: () => countOf(most),
  }));

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

const duplicate: Row = ({ duplicateSeconds }) =>
  when(duplicateSeconds, (seconds) =>
    flag(
      "duplicate",
      `the same order was approved in the last ${seconds} s`,
      (_, { twins }) => twins > 0,
    ),
  );

/** Limits on one order by itself. */
export const orderRows: readonly Row[] = [
  universe,
  price,
  tradable,
  tradingHalt,
  short,
  regularHours,
  priceAge,
  priceCollar,
  maxOrderQuantity,
  maxOrderNotional,
  tickAndLot,
  duplicate,
];
