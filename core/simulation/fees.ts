import {
  type Decimal,
  decimal,
  decimalOf,
  larger,
  multiply,
  roundNearest,
  smaller,
  ZERO,
} from "../domain/decimal.ts";
import { InputError } from "../domain/errors.ts";
import type { AssetClass } from "../domain/instrument.ts";
import type { Side } from "../domain/order.ts";
import { newYorkTimeMs } from "../domain/time.ts";
import { readModel } from "./modelText.ts";
import { regulatoryFees } from "./regulatoryFees.ts";

/** One execution, as a fee model sees it. */
export interface FeeInput {
  readonly assetClass: AssetClass;
  readonly side: Side;
  /** Of this execution alone. */
  readonly quantity: Decimal;
  /** What the same order had executed before. */
  readonly filledBefore: Decimal;
  readonly price: Decimal;
  readonly liquidity: "maker" | "taker";
  readonly timeMs: number;
}

/** Dollars of fee for one execution; negative for a rebate. */
export type FeeModel = (fill: FeeInput) => Decimal;

const CENT = decimal("0.01");

// Read once: a sale asks for the rates of its day, and the date of an instant is dear to work out.
const SECTION_31 = regulatoryFees.section31.map(({ from, perMillion }) => ({
  fromMs: newYorkTimeMs(from, "00:00"),
  // Published in dollars a million of sales.
  perDollar: decimalOf(Number(perMillion) / 1_000_000),
}));
const TRADING_ACTIVITY = regulatoryFees.tradingActivity.map(({ from, perShare, cap }) => ({
  fromMs: newYorkTimeMs(from, "00:00"),
  perShare: decimal(perShare),
  cap: decimal(cap),
}));

/** No fee at all. */
export const noFee: FeeModel = () => ZERO;

/** Dollars a share, with a least fee an order: its first execution pays that, others the rest. */
export function perShareFee(rate: Decimal, least: Decimal): FeeModel {
  const feeOf = (quantity: Decimal) =>
    quantity === ZERO ? ZERO : larger(multiply(quantity, rate), least);
  return ({ quantity, filledBefore }) => feeOf(filledBefore + quantity) - feeOf(filledBefore);
}

/** Basis points of the notional, 1 bp = 0.01 %. */
export function bpsFee(bps: number): FeeModel {
  const rate = decimalOf(bps / 10_000);
  return ({ quantity, price }) => multiply(multiply(quantity, price), rate);
}

/** Basis points that differ between resting and taking; a negative maker fee is a rebate. */
export function makerTakerFee(makerBps: number, takerBps: number): FeeModel {
  const maker = bpsFee(makerBps);
  const taker = bpsFee(takerBps);
  return (fill) => (fill.liquidity === "maker" ? maker(fill) : taker(fill));
}

/**
 * What US regulators take from sales of shares: the SEC's section 31 fee on their dollars and
 * FINRA's trading activity fee on their number, each rounded up to the cent for every execution (a
 * broker may round once a day, so this is never too little), at the rates of the New York date.
 * @see https://www.sec.gov/rules-regulations/fee-rate-advisories
 * @see https://www.finra.org/rules-guidance/guidance/trading-activity-fee
 */
export const usRegulatoryFee: FeeModel = ({ assetClass, side, quantity, price, timeMs }) => {
  if (side === "buy" || assetClass !== "us-equity") return ZERO;
  const sale = rateAt(SECTION_31, timeMs);
  const activity = rateAt(TRADING_ACTIVITY, timeMs);
  const sec = sale === null ? ZERO : multiply(multiply(quantity, price), sale.perDollar);
  const taf =
    activity === null ? ZERO : smaller(multiply(quantity, activity.perShare), activity.cap);
  return upToCent(sec) + upToCent(taf);
};

/** The sum of several fees. */
export function sumOfFees(models: readonly FeeModel[]): FeeModel {
  return (fill) => models.reduce((sum, model) => sum + model(fill), ZERO);
}

/** Names, parameters and meaning of all fee models, for the command line. */
export const feeModels = {
  none: "no fees",
  "per-share:RATE[,MIN]": "dollars a share, with a least fee an order",
  "bps:N": "basis points of the notional",
  "maker-taker:MAKER,TAKER": "basis points for resting and for taking orders",
  "us-regulatory": "SEC section 31 and FINRA TAF on sales, by date",
} as const;

/**
 * Reads a fee model such as `per-share:0.005,1` or `bps:10+us-regulatory` (a sum).
 * @throws InputError naming the models there are.
 */
export function parseFees(text: string): FeeModel {
  const parts = text.split("+").map(parseFee);
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : sumOfFees(parts);
}

function parseFee(text: string): FeeModel {
  const { name, numbers } = readModel(text) ?? { name: "", numbers: [] };
  const [first = 0, second = 0] = numbers;
  if (name === "none" && numbers.length === 0) return noFee;
  if (name === "us-regulatory" && numbers.length === 0) return usRegulatoryFee;
  if (name === "bps" && numbers.length === 1) return bpsFee(first);
  if (name === "maker-taker" && numbers.length === 2) return makerTakerFee(first, second);
  const isPerShare = name === "per-share" && (numbers.length === 1 || numbers.length === 2);
  // A least fee would turn a rebate a share into a fee, so neither may be below zero.
  if (isPerShare && first >= 0 && second >= 0) {
    return perShareFee(decimalOf(first), decimalOf(second));
  }
  throw new InputError(`fees: expected ${Object.keys(feeModels).join(", ")}, got "${text}"`);
}

function rateAt<T extends { readonly fromMs: number }>(
  rates: readonly T[],
  timeMs: number,
): T | null {
  return rates.findLast(({ fromMs }) => fromMs <= timeMs) ?? null;
}

function upToCent(value: Decimal): Decimal {
  const rounded = roundNearest(value, CENT);
  return rounded < value ? rounded + CENT : rounded;
}
