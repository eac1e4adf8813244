import { type Context, Hono } from "hono";
import type { Position } from "../../core/domain/book.ts";
import {
  absolute,
  type Decimal,
  decimal,
  divide,
  multiply,
  roundDown,
  textOf,
  ZERO,
} from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import { positionSymbolOf } from "./assets.ts";
import { malformed, notFound, Refusal } from "./errors.ts";
import { amountOf } from "./orderBody.ts";
import { receiptJson } from "./orderJson.ts";
import { cancelAll, place } from "./orders.ts";
import type { PaperAccount } from "./paper.ts";
import { positionJson } from "./positions.ts";
import { flagIn } from "./query.ts";
import { queryOf } from "./requests.ts";

const HUNDRED = decimal("100");

interface Held {
  readonly position: Position;
  readonly instrument: Instrument;
}

/** `/v2/positions`: what is held, and its closing at market. */
export function positionRoutes(paper: PaperAccount): Hono {
  const app = new Hono();
  app.get("/", (c) => c.json(heldIn(paper).map((held) => shown(paper, held))));
  app.get("/:name", (c) => c.json(shown(paper, named(paper, c))));
  app.delete("/", (c) => {
    if (flagIn(queryOf(c), "cancel_orders")) cancelAll(paper);
    return c.json(
      heldIn(paper).map((held) => closed(paper, held)),
      207,
    );
  });
  app.delete("/:name", (c) => {
    const held = named(paper, c);
    return c.json(closing(paper, held, sizeIn(queryOf(c), held)));
  });
  return app;
}

function heldIn({ books, assets }: PaperAccount): readonly Held[] {
  return books.positions().flatMap((position) => {
    const instrument = assets.find(position.symbol);
    return instrument === undefined ? [] : [{ position, instrument }];
  });
}

function named(paper: PaperAccount, c: Context): Held {
  const instrument = paper.assets.find(c.req.param("name") ?? "");
  const position = instrument && paper.books.position(instrument.symbol);
  if (instrument === undefined || position === undefined) {
    throw notFound("position does not exist");
  }
  return { position, instrument };
}

function shown(paper: PaperAccount, { position, instrument }: Held) {
  const tape = paper.market.tapes.get(position.symbol);
  return positionJson({
    position,
    instrument,
    open: paper.desk.open(),
    lastPrice: tape?.lastPrice ?? 0,
    previousClose: tape?.previousClose ?? 0,
    dayStartMs: paper.dayStartMs,
  });
}

function sizeIn(query: URLSearchParams, { position, instrument }: Held): Decimal {
  const quantity = amountOf(query.get("qty"), "qty");
  const percentage = amountOf(query.get("percentage"), "percentage");
  if (quantity !== null && percentage !== null) {
    throw malformed("only one of qty or percentage is accepted");
  }
  const whole = absolute(position.quantity);
  if (percentage === null) return quantity ?? whole;
  if (percentage <= ZERO || percentage > HUNDRED) {
    throw malformed("percentage must be between 0 and 100");
  }
  return roundDown(divide(multiply(whole, percentage), HUNDRED), instrument.lot);
}

function closing(paper: PaperAccount, { position, instrument }: Held, size: Decimal) {
  return receiptJson(
    place(paper, {
      symbol: instrument.symbol,
      qty: textOf(size),
      side: position.quantity > ZERO ? "sell" : "buy",
      type: "market",
      time_in_force: instrument.assetClass === "crypto" ? "gtc" : "day",
    }),
  );
}

/** One line of the reply to closing everything: an order, or why there is none. */
function closed(paper: PaperAccount, held: Held): Readonly<Record<string, unknown>> {
  const symbol = positionSymbolOf(held.instrument);
  try {
    return { symbol, status: 200, body: closing(paper, held, absolute(held.position.quantity)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { symbol, status: error.status, body: error.body() };
  }
}
