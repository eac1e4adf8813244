import { InputError } from "../../core/domain/errors.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import type { AlpacaFeed } from "./alpacaData.ts";

/**
 * Where the prices of shares come from for profiles that run together: there is one line of them.
 * @throws InputError where some ask for IEX, and others for SIP.
 */
export function feedOf(profiles: readonly CompiledProfile[]): AlpacaFeed {
  const asking = profiles.filter(({ deploy }) => deploy.feed !== undefined);
  const [first, ...others] = asking;
  const other = others.find(({ deploy }) => deploy.feed !== first?.deploy.feed);
  if (first === undefined) return "iex";
  if (other === undefined) return first.deploy.feed ?? "iex";
  throw new InputError(
    `profile ${other.name}: deploy.feed: expected ${first.deploy.feed}, as ${first.name} has it ` +
      `and there is one line of prices, got ${other.deploy.feed}`,
  );
}
