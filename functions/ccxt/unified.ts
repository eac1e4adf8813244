import * as z from "zod";
import { decimalOf } from "../../core/domain/decimal.ts";
import { InputError, TransientError } from "../../core/domain/errors.ts";

const RETRY_MS = 5_000;

/** The part of ccxt's unified API that the adapter uses; every exchange of ccxt has this shape. */
export interface UnifiedExchange {
  readonly id: string;
  /** What the exchange can do, by method name; `"emulated"` counts as yes. */
  readonly has: Readonly<Record<string, boolean | string | undefined>>;
  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: number,
    price: number | undefined,
    params: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;
  cancelOrder(id: string, symbol: string): Promise<unknown>;
  fetchOrder(id: string, symbol: string): Promise<unknown>;
  fetchOpenOrders(symbol: string | undefined): Promise<unknown>;
  fetchOrders(symbol: string, sinceMs: number | undefined): Promise<unknown>;
  fetchMyTrades(symbol: string, sinceMs: number): Promise<unknown>;
  fetchBalance(): Promise<unknown>;
}

const amount = z.number().transform(decimalOf);
const noAmount = z
  .number()
  .nullish()
  .transform((value) => decimalOf(value ?? 0));

/** An order in ccxt's unified structure. */
export const unifiedOrder = z.object({
  id: z.string(),
  clientOrderId: z.string().nullish(),
  timestamp: z.number().nullish(),
  lastUpdateTimestamp: z.number().nullish(),
  status: z.string().nullish(),
  symbol: z.string(),
  side: z.enum(["buy", "sell"]),
  amount: noAmount,
  filled: noAmount,
});
export type UnifiedOrder = Readonly<z.output<typeof unifiedOrder>>;
/** A list of them. */
export const unifiedOrders = z.array(unifiedOrder);

/** An execution in ccxt's unified structure. */
export const unifiedTrades = z.array(
  z.object({
    id: z.string(),
    order: z.string().nullish(),
    timestamp: z.number(),
    symbol: z.string(),
    side: z.enum(["buy", "sell"]),
    takerOrMaker: z.string().nullish(),
    price: amount,
    amount,
    fee: z.object({ cost: noAmount, currency: z.string().nullish() }).nullish(),
  }),
);
export type UnifiedTrade = z.output<typeof unifiedTrades>[number];

/** Balances in ccxt's unified structure: coins by name. */
export const unifiedBalance = z.object({
  total: z.record(z.string(), z.number().nullish()),
  free: z.record(z.string(), z.number().nullish()),
});

/** What an error of ccxt means; its classes are told apart by name, as ccxt itself is optional. */
export type UnifiedFailure =
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "absent" }
  | { readonly kind: "limited" }
  | { readonly kind: "unauthorised"; readonly reason: string }
  | { readonly kind: "lost"; readonly reason: string };

/** What an error of ccxt means: the nearest class that says something decides. */
export function failureOf(error: unknown): UnifiedFailure {
  if (!(error instanceof Error)) return { kind: "lost", reason: String(error) };
  const { message } = error;
  for (const name of classesOf(error)) {
    switch (name) {
      case "DuplicateOrderId":
        return { kind: "refused", reason: "duplicate" };
      case "OrderNotFound":
        return { kind: "absent" };
      case "RateLimitExceeded":
      case "DDoSProtection":
        return { kind: "limited" };
      case "AuthenticationError":
        return { kind: "unauthorised", reason: message };
      case "InsufficientFunds":
        return { kind: "refused", reason: `insufficient-funds: ${message}` };
      case "InvalidOrder":
      case "BadRequest":
      case "BadSymbol":
      case "NotSupported":
        return { kind: "refused", reason: `refused: ${message}` };
      default:
    }
  }
  // Network trouble, maintenance, and all that is not known: it may have happened.
  return { kind: "lost", reason: message };
}

function classesOf(error: Error): readonly string[] {
  const names = [error.name];
  for (let one: unknown = Object.getPrototypeOf(error); one instanceof Error; ) {
    names.push(one.constructor.name);
    one = Object.getPrototypeOf(one);
  }
  return names;
}

/** A failure as one of our errors, by who must act. */
export function errorOf(failure: UnifiedFailure, what: string): InputError | TransientError {
  switch (failure.kind) {
    case "limited":
      return new TransientError(`the exchange limits our requests (${what})`, RETRY_MS);
    case "lost":
      return new TransientError(
        `the exchange gave no answer (${what}): ${failure.reason}`,
        RETRY_MS,
      );
    case "unauthorised":
      return new InputError(`the exchange refused our keys (${what}): ${failure.reason}`);
    case "absent":
      return new InputError(`${what}: expected an order that the exchange knows`);
    case "refused":
      return new InputError(`the exchange refused ${what}: ${failure.reason}`);
  }
}
