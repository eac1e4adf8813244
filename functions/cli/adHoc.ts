import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import { crypto, equity, fractionalEquity } from "../../core/domain/instruments.ts";
import { parseTimeframe } from "../../core/domain/timeframe.ts";
import type { Strategy } from "../../core/strategy/define.ts";
import type { Profile } from "../../core/strategy/profile.ts";

/** What the command line says of a strategy that has no profile. */
export interface AdHocOptions {
  readonly symbols?: string;
  readonly bars?: string;
  readonly params?: string;
  readonly cash?: string;
  readonly fractional?: boolean;
}

/** A profile made of command-line options. @throws InputError naming the option that is wrong. */
export function adHocProfile(strategy: Strategy, options: AdHocOptions): Profile {
  if (options.symbols === undefined) {
    throw new InputError("--strategy: give the instruments too: --symbols AAPL,SPY");
  }
  const fractional = options.fractional === true;
  const universe = options.symbols
    .split(",")
    .map((symbol) => instrumentOf(symbol.trim(), fractional));
  const bars = options.bars === undefined ? strategy.bars : parseTimeframe(options.bars);
  return {
    strategy: { ...strategy, bars },
    options: {
      name: strategy.name,
      params: paramsOf(strategy, options.params ?? ""),
      universe,
      account: { cash: options.cash ?? "100000" },
    },
  };
}

function instrumentOf(symbol: string, fractional: boolean): Instrument {
  if (symbol.includes("/")) return crypto(symbol);
  return fractional ? fractionalEquity(symbol) : equity(symbol);
}

/** Reads `fast=5,slow=20`; values are JSON where they are, else text. */
export function paramsOf(strategy: Strategy, text: string): Record<string, unknown> {
  const known = Object.keys(strategy.params.shape);
  const params: Record<string, unknown> = {};
  for (const pair of text.split(",").filter((one) => one.trim() !== "")) {
    const [key = "", ...rest] = pair.split("=");
    const name = key.trim();
    if (!known.includes(name)) {
      throw new InputError(
        `--params: expected a parameter of ${strategy.name} (${known.join(", ") || "it has none"}), got "${name}"`,
      );
    }
    if (rest.length === 0) throw new InputError(`--params: expected ${name}=VALUE, got "${pair}"`);
    params[name] = jsonOrText(rest.join("=").trim());
  }
  return params;
}

function jsonOrText(text: string): unknown {
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return text;
  }
}
