import { type Decimal, textOf, ZERO } from "../../core/domain/decimal.ts";
import { iso, newYorkDate } from "../../core/domain/time.ts";
import { Refusal } from "./errors.ts";
import { uuidOf } from "./ids.ts";
import { type ExchangeOrder, termsOf } from "./order.ts";
import { instantIn, wholeIn } from "./query.ts";
import { stampOf } from "./stamps.ts";

/** One thing that happened in the account. */
interface Activity {
  readonly type: string;
  readonly timeMs: number;
  readonly id: string;
  readonly orderId: string | null;
  readonly json: Readonly<Record<string, unknown>>;
}

/** One execution of an order, as the list of activities tells it. */
export interface Execution {
  readonly executionId: string;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly timeMs: number;
  readonly complete: boolean;
}

/** Money or shares that moved without a trade. */
export interface NonTrade {
  readonly type: "DIV" | "SPLIT" | "FEE" | "CFEE" | "INT";
  readonly timeMs: number;
  readonly symbol: string | null;
  readonly quantity: Decimal | null;
  /** Dollars; negative where they were paid. */
  readonly amount: Decimal;
  readonly perShare: Decimal | null;
  readonly description: string;
}

const LARGEST_PAGE = 100;

/** The account's activities, ascending by time. */
export class Activities {
  private readonly all: Activity[] = [];
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** Notes an execution; the order is as it stands after it. */
  fill(order: ExchangeOrder, execution: Execution): void {
    const { quantity, price, timeMs, executionId, complete } = execution;
    const { quantity: whole, side, symbol } = termsOf(order);
    const leaves = complete || whole === null ? ZERO : whole - order.filled;
    const id = idOf(timeMs, executionId);
    this.add({
      type: "FILL",
      timeMs,
      id,
      orderId: order.id,
      json: {
        activity_type: "FILL",
        id,
        cum_qty: textOf(order.filled),
        leaves_qty: textOf(leaves),
        price: textOf(price),
        qty: textOf(quantity),
        side,
        symbol,
        transaction_time: stampOf(timeMs),
        order_id: order.id,
        order_status: order.status,
        type: complete ? "fill" : "partial_fill",
      },
    });
  }

  /** Notes what was no trade. */
  other({ type, timeMs, symbol, quantity, amount, perShare, description }: NonTrade): void {
    const id = idOf(timeMs, uuidOf("activity", this.seed, type, timeMs, symbol ?? ""));
    this.add({
      type,
      timeMs,
      id,
      orderId: null,
      json: {
        activity_type: type,
        id,
        date: newYorkDate(timeMs),
        net_amount: textOf(amount),
        ...(symbol === null ? {} : { symbol }),
        ...(quantity === null ? {} : { qty: textOf(quantity) }),
        ...(perShare === null ? {} : { per_share_amount: textOf(perShare) }),
        description,
        status: "executed",
        currency: "USD",
        created_at: stampOf(timeMs),
      },
    });
  }

  /** A page of activities. @throws Refusal for parameters that exclude each other or are none. */
  list(query: URLSearchParams, types: readonly string[] | null): readonly unknown[] {
    const ascending = query.get("direction") === "asc";
    const wanted = this.all.filter(filterOf(query, types));
    const rows = ascending ? wanted : wanted.reverse();
    const size = wholeIn(query, "page_size", { preset: LARGEST_PAGE, least: 1, most: 100 });
    const token = query.get("page_token");
    const at = token === null ? 0 : rows.findIndex(({ id }) => id === token) + 1;
    if (token !== null && at === 0) throw new Refusal(422, 40010001, "page_token is invalid");
    return rows.slice(at, at + size).map(({ json }) => json);
  }

  /** Executions of bars are known after their own time: they take their place among the others. */
  private add(activity: Activity): void {
    let place = this.all.length;
    while (place > 0 && (this.all[place - 1]?.timeMs ?? 0) > activity.timeMs) place -= 1;
    if (place === this.all.length) this.all.push(activity);
    else this.all.splice(place, 0, activity);
  }
}

function filterOf(
  query: URLSearchParams,
  types: readonly string[] | null,
): (activity: Activity) => boolean {
  const named = types ?? csv(query.get("activity_types"));
  const category = query.get("category");
  if (named !== null && category !== null) {
    throw new Refusal(422, 40010001, "category and activity_types cannot be specified together");
  }
  const after = instantIn(query, "after");
  const until = instantIn(query, "until");
  const date = query.get("date");
  const orderId = query.get("order_id");
  return ({ type, timeMs, orderId: own }) =>
    (named === null || named.includes(type)) &&
    (category === null || (category === "trade_activity") === (type === "FILL")) &&
    (after === null || timeMs > after) &&
    (until === null || timeMs < until) &&
    (date === null || newYorkDate(timeMs) === date) &&
    (orderId === null || own === orderId);
}

function csv(text: string | null): readonly string[] | null {
  return text === null || text === "" ? null : text.split(",").map((one) => one.trim());
}

/** `YYYYMMDDHHMMSSmmm::uuid`. */
function idOf(timeMs: number, uuid: string): string {
  return `${iso(timeMs).replace(/\D/g, "")}::${uuid}`;
}
