import type { streaming } from "@alpacahq/alpaca-trade-api";
import type { TradingStatus } from "../../core/domain/market.ts";

/**
 * What the status codes of the tapes mean for trading. Quotes resume (Q) some minutes before trades
 * do; the others tell of imbalances and bands, and change nothing.
 * @see https://docs.alpaca.markets/docs/real-time-stock-pricing-data, "Trading Status"
 */
const IS_HALTED: ReadonlyMap<string, boolean> = new Map([
  // Tapes A and B, of the CTA.
  ["2", true],
  ["3", false],
  // Tapes C and O, of the UTP.
  ["H", true],
  ["P", true],
  ["T", false],
]);

/** A message of the channel `statuses` in our words; null where it says nothing of trading. */
export function tradingStatusOf(told: streaming.StreamStatus): TradingStatus | null {
  const { statusCode = "", statusMessage = "", reasonMessage = "", timestamp } = told;
  const isHalted = IS_HALTED.get(statusCode);
  if (isHalted === undefined) return null;
  const reason = [statusMessage, reasonMessage].filter((text) => text !== "").join(": ");
  return { eventTimeMs: timestamp.getTime(), isHalted, reason };
}
