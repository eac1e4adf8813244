import { InputError } from "../domain/errors.ts";
import { readModel } from "./modelText.ts";
import { seededUniform } from "./seed.ts";

/** One execution that takes liquidity, as a slippage model sees it; dollars and shares. */
export interface SlippageInput {
  readonly orderId: string;
  readonly price: number;
  /** Of this execution alone. */
  readonly quantity: number;
  /** Range and volume of the last complete bar. */
  readonly range: number;
  readonly volume: number;
  /** Ask less bid, or 0 where no quote came since the open of the last bar. */
  readonly spread: number;
}

/** Dollars a unit that an execution costs beyond its price, 0 or more. */
export type SlippageModel = (fill: SlippageInput) => number;

/** Fills at the price itself. */
export const noSlippage: SlippageModel = () => 0;

/** Basis points of the price. */
export function bpsSlippage(bps: number): SlippageModel {
  return ({ price }) => (price * bps) / 10_000;
}

/** Up to so many basis points, evenly drawn for each order. */
export function randomBpsSlippage(bps: number, seed: number): SlippageModel {
  return ({ price, orderId }) => (price * bps * seededUniform(seed, orderId)) / 10_000;
}

/** Half of the quoted spread; nothing where no quote came since the open of the last bar. */
export const halfSpreadSlippage: SlippageModel = ({ spread }) => spread / 2;

/**
 * Grows with the square of the share of volume that is taken: price × impact × share².
 * @see zipline's VolumeShareSlippage for the form, whose default impact is 0.1
 */
export function volumeShareSlippage(impact: number): SlippageModel {
  return ({ price, quantity, volume }) => {
    const share = volume > 0 ? Math.min(1, quantity / volume) : 0;
    return price * impact * share * share;
  };
}

/** A fraction of the last bar's range. */
export function volatilitySlippage(fraction: number): SlippageModel {
  return ({ range }) => range * fraction;
}

/** Names, parameters and meaning of all slippage models, for the command line. */
export const slippageModels = {
  none: "fills at the price itself",
  "bps:N": "basis points of the price",
  "random-bps:N": "up to so many basis points, seeded",
  "half-spread": "half of the spread that was quoted since the last bar's open",
  "volume-share:IMPACT": "price × impact × (share of volume)²",
  "volatility:FRACTION": "a fraction of the last bar's range",
} as const;

/** Reads a slippage model such as `bps:2`. @throws InputError naming the models there are. */
export function parseSlippage(text: string, seed: number): SlippageModel {
  const { name, numbers } = readModel(text) ?? { name: "", numbers: [] };
  const [number = Number.NaN, ...more] = numbers;
  if (numbers.length === 0) {
    if (name === "none") return noSlippage;
    if (name === "half-spread") return halfSpreadSlippage;
  } else if (number >= 0 && more.length === 0) {
    if (name === "bps") return bpsSlippage(number);
    if (name === "random-bps") return randomBpsSlippage(number, seed);
    if (name === "volume-share") return volumeShareSlippage(number);
    if (name === "volatility") return volatilitySlippage(number);
  }
  throw new InputError(
    `slippage: expected ${Object.keys(slippageModels).join(", ")}, got "${text}"`,
  );
}
