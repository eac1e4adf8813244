import { malformed } from "./errors.ts";
import { type ExchangeOrder, isFinal, termsOf } from "./order.ts";
import { orderJson } from "./orderJson.ts";
import { fineInstantIn, flagIn, listIn, wholeIn, wordIn } from "./query.ts";
import { nanosOf } from "./stamps.ts";

const STATUSES = ["open", "closed", "all"] as const;
const DIRECTIONS = ["desc", "asc"] as const;

/**
 * A page of orders. Held legs are in the list only inside their parent (`nested`), as at Alpaca;
 * with `nested` a leg whose parent is in the list stands there and not by itself.
 * @throws Refusal for parameters that are none or exclude each other.
 */
export function orderListJson(
  orders: readonly ExchangeOrder[],
  query: URLSearchParams,
): readonly unknown[] {
  const nested = flagIn(query, "nested");
  const isAll = wordIn(query, "status", STATUSES, "open") === "all";
  const limit = wholeIn(query, "limit", { preset: 50, least: 1, most: 500 });
  const direction = wordIn(query, "direction", DIRECTIONS, "desc");
  const wanted = orders.filter(filterOf(query));
  const listed = new Set(wanted);
  const rows = wanted.filter((order) => {
    if (nested && order.parent !== null && listed.has(order.parent)) return false;
    return isAll || order.status !== "held";
  });
  const page = direction === "asc" ? rows : rows.reverse();
  return within(page, query)
    .slice(0, limit)
    .map((order) => orderJson(order, nested));
}

function filterOf(query: URLSearchParams): (order: ExchangeOrder) => boolean {
  const status = wordIn(query, "status", STATUSES, "open");
  const after = fineInstantIn(query, "after");
  const until = fineInstantIn(query, "until");
  const symbols = listIn(query, "symbols");
  const classes = listIn(query, "asset_class");
  const side = query.get("side");
  const bounded = query.has("before_order_id") || query.has("after_order_id");
  if (bounded && (after !== null || until !== null)) {
    throw malformed("before_order_id and after_order_id cannot be combined with after and until");
  }
  return (order) =>
    (status === "all" || isFinal(order) === (status === "closed")) &&
    (after === null || compare(order, after) > 0) &&
    (until === null || compare(order, until) < 0) &&
    (symbols === null || symbols.includes(termsOf(order).symbol)) &&
    (classes === null || classes.includes(classOf(order))) &&
    (side === null || side === "" || order.request.side === side);
}

/** Submission times count nanoseconds within a millisecond, see {@link fineStampOf}. */
function compare(
  { createdMs, sequence }: ExchangeOrder,
  { timeMs, nanos }: { readonly timeMs: number; readonly nanos: number },
): number {
  return createdMs - timeMs || nanosOf(sequence) - nanos;
}

function classOf({ instrument }: ExchangeOrder): string {
  return instrument.assetClass === "crypto" ? "crypto" : "us_equity";
}

/** The part of a list, in its own direction, that lies on one side of an order. */
function within(page: readonly ExchangeOrder[], query: URLSearchParams): readonly ExchangeOrder[] {
  const before = query.get("before_order_id");
  const after = query.get("after_order_id");
  if (before !== null && after !== null) {
    throw malformed("only one of before_order_id and after_order_id is accepted");
  }
  const id = before ?? after;
  if (id === null) return page;
  const bound = page.find((order) => order.id === id)?.sequence;
  if (bound === undefined) throw malformed(`invalid order id: ${id}`);
  return page.filter(({ sequence }) => (before === null ? sequence > bound : sequence < bound));
}
