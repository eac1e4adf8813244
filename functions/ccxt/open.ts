import { InputError } from "../../core/domain/errors.ts";
import type { UnifiedExchange } from "./unified.ts";

/** How an exchange of ccxt is opened. */
export interface CcxtSettings {
  /** ccxt's own name of the exchange, such as `kraken`. */
  readonly exchange: string;
  readonly apiKey: string;
  readonly secret: string;
  /** The exchange's test venue, where it has one. On unless `live` is said. */
  readonly mode?: "paper" | "live";
}

/** Loads the library; given from outside in tests. */
export type LoadCcxt = () => Promise<unknown>;

/** ccxt is large and few need it: it is loaded by name, and only if somebody asks for it. */
const PACKAGE: string = "ccxt";

/**
 * Opens an exchange of ccxt, an optional peer dependency.
 * @throws InputError where ccxt is not installed, or knows no such exchange.
 */
export async function openExchange(
  { exchange, apiKey, secret, mode }: CcxtSettings,
  load: LoadCcxt = () => import(PACKAGE),
): Promise<UnifiedExchange> {
  const library = await load().catch((error: unknown) => {
    throw new InputError("expected the package ccxt: install it with `npm install ccxt`", {
      cause: error,
    });
  });
  const Exchange = memberOf(library, exchange) ?? memberOf(memberOf(library, "default"), exchange);
  if (typeof Exchange !== "function") {
    throw new InputError(`exchange: expected one that ccxt knows, got ${exchange}`);
  }
  const opened = Reflect.construct(Exchange, [{ apiKey, secret, enableRateLimit: true }]);
  if (mode !== "live") {
    try {
      opened.setSandboxMode(true);
    } catch (error) {
      const message = `mode: expected live of ${exchange}, as it has no test venue`;
      throw new InputError(message, { cause: error });
    }
  }
  return opened;
}

function memberOf(object: unknown, name: string): unknown {
  if (typeof object !== "object" || object === null || !Object.hasOwn(object, name))
    return undefined;
  return Reflect.get(object, name);
}
