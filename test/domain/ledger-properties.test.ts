import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { accountOf } from "../../core/domain/account.ts";
import { type Book, book as bookSchema } from "../../core/domain/book.ts";
import { type Decimal, multiply, ONE, ZERO } from "../../core/domain/decimal.ts";
import { emptyBook, openLedger, rebuild } from "../../core/domain/ledger.ts";
import type { Order, OrderRequest, Side } from "../../core/domain/order.ts";
import { unrealised } from "../../core/domain/position.ts";
import type { DomainEvent, OrderEvent } from "../../core/events/catalogue.ts";
import { evolveOrder, isFinal, orderFrom, standingOf } from "../../core/execution/lifecycle.ts";
import { eventOf } from "../../core/execution/report.ts";
import { RANK } from "../../core/execution/transitions.ts";
import type { VenueReport } from "../../core/ports/venue.ts";
import { d, fill, request, say, seeded } from "../execution/fixtures.ts";

const PROFILES = ["alpha", "beta", "gamma"] as const;
const SYMBOLS = ["SPY", "QQQ", "BTC/USD"] as const;
const CASH = d("1000000");
const start = PROFILES.reduce<Book>(
  (book, profile) => openLedger(book, profile, CASH),
  emptyBook("main", "margin"),
);

/** Amounts with all nine places, so that every product is rounded. */
const amount = fc.bigInt({ min: 1n, max: 50n * ONE });

/** One order as a venue lived it: its fills in time, and how it ended. */
interface Story {
  readonly of: OrderRequest;
  readonly reports: readonly VenueReport[];
}

const story = (index: number, side?: Side): fc.Arbitrary<Story> =>
  fc
    .record({
      profile: fc.constantFrom(...PROFILES),
      symbol: fc.constantFrom(...SYMBOLS),
      side: side === undefined ? fc.constantFrom<Side>("buy", "sell") : fc.constant(side),
      byNotional: fc.boolean(),
      isHeld: fc.boolean(),
      fills: fc.array(fc.record({ quantity: amount, price: amount, fee: amount }), {
        maxLength: 6,
      }),
      end: fc.constantFrom("complete", "cancelled", "expired", "open"),
    })
    .map((plan) => tell(`o${index}`, index * 1_000, plan));

interface Plan {
  readonly profile: string;
  readonly symbol: string;
  readonly side: Side;
  readonly byNotional: boolean;
  readonly isHeld: boolean;
  readonly fills: readonly { quantity: Decimal; price: Decimal; fee: Decimal }[];
  readonly end: "complete" | "cancelled" | "expired" | "open";
}

function tell(id: string, startMs: number, plan: Plan): Story {
  const traded = plan.fills.reduce((sum, { quantity }) => sum + quantity, ZERO);
  const isComplete = plan.end === "complete" && plan.fills.length > 0;
  const of = request({
    id,
    profile: plan.profile,
    symbol: plan.symbol,
    side: plan.side,
    quantity: plan.byNotional ? null : isComplete ? traded : traded + ONE,
    notional: plan.byNotional ? d("1000000") : null,
  });
  let timeMs = startMs;
  const next = () => ({ orderId: id, timeMs: ++timeMs });
  const reports: VenueReport[] = [];
  if (plan.isHeld) reports.push({ ...next(), kind: "accepted", venueOrderId: "v", held: true });
  reports.push({ ...next(), kind: "accepted", venueOrderId: "v", held: false });
  for (const [index, one] of plan.fills.entries()) {
    const complete = isComplete && index === plan.fills.length - 1;
    const rest = { slippage: ZERO, liquidity: "taker", complete } as const;
    reports.push({ ...next(), kind: "filled", executionId: `${id}.x${index}`, ...one, ...rest });
  }
  if (plan.end === "cancelled" || plan.end === "expired") {
    reports.push({ ...next(), kind: plan.end, reason: "end" });
  }
  return { of, reports };
}

const stories = (count: number) =>
  fc.tuple(...Array.from({ length: count }, (_, index) => story(index)));

/** What we say ourselves before a venue says anything; never permuted, as we wrote it in order. */
function opening({ of }: Story): readonly OrderEvent[] {
  return [say.requested(of), say.approved(of), say.submitted(of, 1_002)];
}

function told({ of, reports }: Story): readonly OrderEvent[] {
  return reports.map((report) => eventOf(report, of, report.timeMs));
}

/** Every element once or up to three times, in an order drawn from `noise`. */
function jumble<T>(items: readonly T[], noise: fc.Stream<number>): readonly T[] {
  const draw = () => noise.next().value;
  const copies = items.flatMap((item) => Array.from({ length: 1 + (draw() % 3) }, () => item));
  return copies
    .map((item) => ({ item, key: draw() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const noise = fc.infiniteStream(fc.nat());

describe("venue reports, permuted and repeated", () => {
  test("lead to the same final order and the same book", () => {
    fc.assert(
      fc.property(story(1, "buy"), noise, (one, stream) => {
        const straight = rebuild(start, [...opening(one), ...told(one)]);
        const jumbled = rebuild(start, [...opening(one), ...jumble(told(one), stream)]);
        expect(jumbled.orders).toEqual(straight.orders);
        expect(jumbled.book).toEqual(straight.book);
      }),
      seeded("one order jumbled", 301, 500),
    );
  });

  test("of many orders lead to the same orders, cash, fees and quantities", () => {
    fc.assert(
      fc.property(stories(6), noise, (all, stream) => {
        const ours = all.flatMap(opening);
        const straight = rebuild(start, [...ours, ...all.flatMap(told)]);
        const jumbled = rebuild(start, [...ours, ...jumble(all.flatMap(told), stream)]);
        expect(jumbled.orders).toEqual(straight.orders);
        expect(essence(jumbled.book)).toEqual(essence(straight.book));
      }),
      seeded("many orders jumbled", 302, 300),
    );
  });
});

/** What no order of arrival may change; which lots were closed by which fills is bookkeeping. */
function essence(book: Book) {
  return Object.values(book.ledgers).map(({ profile, cash, fees, realised, positions }) => {
    const held = Object.values(positions);
    const cost = held.reduce((sum, position) => sum + position.cost, ZERO);
    const quantities = held.map(({ symbol, quantity }) => [symbol, quantity] as const);
    const sorted = quantities.toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { profile, cash, fees, profitLessCost: realised - cost, quantities: sorted };
  });
}

const sideEvent: fc.Arbitrary<DomainEvent> = fc
  .record({
    profile: fc.constantFrom(...PROFILES),
    symbol: fc.constantFrom(...SYMBOLS),
    amount: fc.bigInt({ min: -ONE, max: 10n * ONE }),
    kind: fc.constantFrom("dividend", "interest", "split"),
    ratio: fc.bigInt({ min: ONE / 50n, max: 10n * ONE }),
  })
  .map(({ profile, symbol, amount: sum, kind, ratio }): DomainEvent => {
    const base = { id: "e", eventTimeMs: 1, receivedTimeMs: 1, causationId: "e" };
    const whose = { account: "main", profile };
    if (kind === "dividend") {
      return { ...base, type: "dividend.paid.v1", data: { ...whose, symbol, amount: sum } };
    }
    if (kind === "interest") {
      return {
        ...base,
        type: "interest.charged.v1",
        data: { ...whose, kind: "borrow", amount: sum },
      };
    }
    const data = { symbol, kind: "split", value: ratio, priceFactor: 1, newSymbol: null } as const;
    return { ...base, type: "corporate-action.applied.v1", data };
  });

/** Whole orders one after another, with dividends, interest and splits between them. */
const journal = fc.tuple(stories(8), fc.array(sideEvent, { maxLength: 8 })).map(([all, between]) =>
  all.flatMap((one, index): readonly DomainEvent[] => {
    const side = between[index];
    return [...opening(one), ...told(one), ...(side === undefined ? [] : [side])];
  }),
);

/** Splits would resize open orders under fills that were planned before; without them none does. */
const unsplit = journal.map((all) =>
  all.filter(({ type }) => type !== "corporate-action.applied.v1"),
);
const wholeShares = () => ({ stepsOf: () => ({ tick: d("0.01"), lot: ONE }) });
const prices = fc.record({ SPY: amount, QQQ: amount, "BTC/USD": amount });

describe("the books balance to the billionth", () => {
  test("cash and market value are start, profits, fees, dividends and interest", () => {
    fc.assert(
      fc.property(journal, prices, fc.boolean(), (all, price, whole) => {
        const { book } = rebuild(start, all, whole ? wholeShares : undefined);
        for (const ledger of Object.values(book.ledgers)) {
          let worth = ledger.cash;
          let open = ZERO;
          for (const position of Object.values(ledger.positions)) {
            const now = priceIn(price, position.symbol);
            worth += multiply(position.quantity, now);
            open += unrealised(position, now);
          }
          const { realised, fees, dividends, interest } = ledger;
          expect(worth).toBe(CASH + realised + open - fees + dividends - interest);
        }
      }),
      seeded("equity identity", 303, 500),
    );
  });

  test("positions are the sums of their fills, and cash what was paid for them", () => {
    fc.assert(
      fc.property(unsplit, (all) => {
        const { book } = rebuild(start, all);
        for (const profile of PROFILES) {
          const ledger = book.ledgers[profile];
          expect(ledger?.cash).toBe(cashOf(all, profile));
          for (const symbol of SYMBOLS) {
            const held = ledger?.positions[symbol]?.quantity ?? ZERO;
            expect(held).toBe(quantityOf(all, profile, symbol));
          }
        }
      }),
      seeded("sum of fills", 304, 300),
    );
  });

  test("profiles sharing an account add up to it", () => {
    fc.assert(
      fc.property(unsplit, (all) => {
        const account = accountOf(rebuild(start, all).book);
        const cash = PROFILES.reduce((sum, profile) => sum + cashOf(all, profile), ZERO);
        expect(account.cash).toBe(cash);
        for (const symbol of SYMBOLS) {
          const quantity = PROFILES.reduce((sum, p) => sum + quantityOf(all, p, symbol), ZERO);
          expect(account.holdings.get(symbol)?.quantity ?? ZERO).toBe(quantity);
        }
        const cost = [...account.holdings.values()].reduce((sum, held) => sum + held.cost, ZERO);
        const { realised, fees, dividends, interest } = account;
        expect(account.cash + cost).toBe(3n * CASH + realised - fees + dividends - interest);
      }),
      seeded("account sums", 305, 300),
    );
  });
});

function priceIn(price: Readonly<Record<string, Decimal>>, symbol: string): Decimal {
  const found = price[symbol];
  if (found === undefined) throw new Error(`no price of ${symbol}`);
  return found;
}

/** A second, plainer reckoning of a profile's cash, straight from the events. */
function cashOf(all: readonly DomainEvent[], profile: string): Decimal {
  let cash = CASH;
  for (const { type, data } of all) {
    if (!("profile" in data) || data.profile !== profile) continue;
    if (type === "dividend.paid.v1") cash += data.amount;
    if (type === "interest.charged.v1") cash -= data.amount;
    if (type !== "order.filled.v1") continue;
    const notional = multiply(data.quantity, data.price);
    cash += (data.side === "sell" ? notional : -notional) - data.fee;
  }
  return cash;
}

function quantityOf(all: readonly DomainEvent[], profile: string, symbol: string): Decimal {
  let quantity = ZERO;
  for (const { type, data } of all) {
    if (type !== "order.filled.v1" || data.profile !== profile || data.symbol !== symbol) continue;
    quantity += data.side === "buy" ? data.quantity : -data.quantity;
  }
  return quantity;
}

describe("recovery", () => {
  test("from JSON at any moment continues to the same book", () => {
    fc.assert(
      fc.property(journal, fc.nat(), (all, at) => {
        const cut = at % (all.length + 1);
        const half = rebuild(start, all.slice(0, cut)).book;
        const stored = z.decode(bookSchema, JSON.parse(textOfBook(half)));
        expect(stored).toEqual(half);
        const rest = all.slice(cut);
        const resumed = rebuild(stored, rest).book;
        const whole = rebuild(start, all).book;
        expect(textOfBook(resumed)).toBe(textOfBook(whole));
      }),
      seeded("recovery", 306, 200),
    );
  });
});

describe("a book of one's own, changed in place", () => {
  test("comes to the same bytes as one that is copied, and leaves others alone", () => {
    fc.assert(
      fc.property(journal, (all) => {
        const before = textOfBook(start);
        const own = z.decode(bookSchema, JSON.parse(before));
        const changed = rebuild(own, all, () => ({ inPlace: true })).book;
        expect(textOfBook(changed)).toBe(textOfBook(rebuild(start, all).book));
        expect(textOfBook(start)).toBe(before);
      }),
      seeded("in place", 308, 300),
    );
  });
});

function textOfBook(book: Book): string {
  return JSON.stringify(z.encode(bookSchema, book));
}

describe("an order under any events at all", () => {
  const of = request({ quantity: d("1000") });
  const anyEvent = fc.oneof(
    fc.constantFrom(...Object.values(say)).map((make) => make(of)),
    fc.integer({ min: 2, max: 5 }).map((attempt) => say.submitted(of, 4_000, attempt)),
    fc.integer({ min: 1, max: 20 }).map((n) => fill(`x${n}`, "10", "100", of, 2_000 + n)),
    fc.constant(fill("all", "1000", "100", of, 3_000)),
  );

  test("never goes back, never reopens, and repeats change nothing", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (all) => {
        let order: Order = orderFrom(of, 1_000);
        for (const event of all) {
          if (overfills(order, event)) continue;
          const next = evolveOrder(order, event) ?? order;
          expect(RANK[standingOf(next)]).toBeGreaterThanOrEqual(RANK[standingOf(order)]);
          if (isFinal(order)) expect(isFinal(next)).toBe(true);
          expect(next.updatedTimeMs).toBeGreaterThanOrEqual(order.updatedTimeMs);
          expect(next.filledQuantity).toBeGreaterThanOrEqual(order.filledQuantity);
          expect(evolveOrder(next, event)).toBe(next);
          order = next;
        }
        expect(order.filledNotional).toBe(100n * order.filledQuantity);
      }),
      seeded("any events", 307, 1_000),
    );
  });

  function overfills(order: Order, event: OrderEvent): boolean {
    if (event.type !== "order.filled.v1") return false;
    if (order.executions.includes(event.data.executionId)) return false;
    return order.filledQuantity + event.data.quantity > d("1000");
  }
});
