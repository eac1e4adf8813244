import type { SourceRules } from "../../core/domain/webhook.ts";
import { Refused } from "./problem.ts";
import { type Keys, objectWith } from "./typed.ts";
import {
  type Action,
  actionAt,
  commentAt,
  idAt,
  leadsToAt,
  positionAt,
  priceAt,
  quantityAt,
  symbolAt,
  textAt,
  timeAt,
  type Wanted,
} from "./values.ts";

/**
 * Where TradingView sends webhooks from. It proves that TradingView sent it, not whose alert it
 * was: a secret is needed all the same.
 * @see https://www.tradingview.com/support/solutions/43000529348/
 */
export const TRADING_VIEW_ADDRESSES: readonly string[] = [
  "52.89.214.238",
  "34.212.75.30",
  "54.218.53.128",
  "52.32.178.7",
];

const KEYS: ReadonlySet<string> = new Set([
  "secret",
  "id",
  "symbol",
  "action",
  "position",
  "positionSize",
  "price",
  "quantity",
  "comment",
  "interval",
  "barTime",
  "orderId",
  "sequence",
  "sentAt",
]);

/**
 * Reads the alert templates of `pine/`. With a `sequence` the signal is named by what it is about,
 * so that a repeat is one; without, by its whole content with the second at which it was sent.
 */
export function readTradingView(values: unknown, { symbols }: SourceRules): Wanted {
  const body = objectWith(values, KEYS);
  const symbol = symbolAt(body.symbol, "/symbol", symbols);
  const action = actionOf(body);
  const barMs = timeAt(body.barTime, "/barTime");
  const interval = textAt(body.interval, "/interval") ?? "";
  const orderId = textAt(body.orderId, "/orderId") ?? "";
  const sequence = textAt(body.sequence, "/sequence");
  const size = body.positionSize;
  const leadsTo = leadsToAt(positionAt(body.position, "/position"), size, "/positionSize");
  const parts =
    sequence === null || barMs === null
      ? null
      : [symbol, interval, String(barMs), orderId, action, sequence];
  return {
    id: idAt(body.id, "/id"),
    parts,
    symbol,
    action,
    price: priceAt(body.price, "/price"),
    quantity: quantityAt(body.quantity, "/quantity"),
    comment: commentAt(body.comment, "/comment"),
    sequence: counterIn(sequence, `${symbol} ${interval}`),
    leadsTo,
    sentMs: timeAt(body.sentAt, "/sentAt"),
    expiresMs: null,
  };
}

/**
 * The script's own counter, which the template writes behind the number of the bar. A bare number
 * may be that of a bar or a time: it names a signal, and says nothing of those that are missing.
 */
function counterIn(sequence: string | null, series: string): Wanted["sequence"] {
  const counter = /^\d{1,15}-(\d{1,15})$/.exec(sequence?.trim() ?? "")?.[1];
  return counter === undefined ? null : { series, number: Number(counter) };
}

/**
 * TradingView says which order was filled and the position after it: a sale that leaves nothing is
 * an exit, one that leaves a short is a sale. One that leaves a smaller long is neither, and
 * guessing would open a short.
 */
function actionOf(body: Keys): Action {
  const action = actionAt(body.action, "/action");
  const position = positionAt(body.position, "/position");
  if (position === null) return action;
  if (position === "flat") return "exit";
  const wanted = action === "buy" ? "long" : "short";
  if (action === "exit" || position === wanted) return action;
  const message = `expected flat or ${wanted} after ${action}: a part of an exit is no signal`;
  throw new Refused("invalid", message, "/position", position);
}
