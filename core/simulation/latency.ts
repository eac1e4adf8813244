import { InputError } from "../domain/errors.ts";
import { readModel } from "./modelText.ts";
import { seededNormal, seededUniform } from "./seed.ts";

/** Milliseconds between a decision and its arrival at the venue, drawn for an order id. */
export type LatencyModel = (orderId: string) => number;

/** Orders arrive at once. */
export const noLatency: LatencyModel = () => 0;

/** The same for every order. */
export function constantLatency(ms: number): LatencyModel {
  return () => ms;
}

/** Evenly between two bounds. */
export function uniformLatency(fromMs: number, toMs: number, seed: number): LatencyModel {
  return (id) => Math.round(fromMs + (toMs - fromMs) * seededUniform(seed, drawOf(id)));
}

/**
 * Log-normal with a median and the standard deviation of its logarithm: long tails, never below 0.
 */
export function lognormalLatency(medianMs: number, sigma: number, seed: number): LatencyModel {
  return (id) => Math.round(medianMs * Math.exp(sigma * seededNormal(seed, drawOf(id))));
}

/** Names, parameters and meaning of all latency models, for the command line. */
export const latencyModels = {
  none: "orders arrive at once",
  "constant:MS": "the same for every order",
  "uniform:FROM,TO": "evenly between two bounds, seeded",
  "lognormal:MEDIAN,SIGMA": "log-normal, seeded",
} as const;

/**
 * Reads a latency model such as `uniform:20,200`. @throws InputError naming the models there are.
 */
export function parseLatency(text: string, seed: number): LatencyModel {
  const { name, numbers } = readModel(text) ?? { name: "", numbers: [] };
  const [first = 0, second = 0] = numbers;
  if (numbers.every((one) => one >= 0)) {
    if (name === "none" && numbers.length === 0) return noLatency;
    if (name === "constant" && numbers.length === 1) return constantLatency(first);
    if (name === "lognormal" && numbers.length === 2) return lognormalLatency(first, second, seed);
    const isRange = numbers.length === 2 && first <= second;
    if (name === "uniform" && isRange) return uniformLatency(first, second, seed);
  }
  throw new InputError(`latency: expected ${Object.keys(latencyModels).join(", ")}, got "${text}"`);
}

/** Its own draw: the same luck must not make an order both late and dear. */
function drawOf(orderId: string): string {
  return `latency.${orderId}`;
}
