import type { SourceRules } from "../../core/domain/webhook.ts";
import { Refused } from "./problem.ts";
import {
  actionAt,
  commentAt,
  idAt,
  leadsToAt,
  positionAt,
  priceAt,
  quantityAt,
  sequenceAt,
  symbolAt,
  timeAt,
  type Wanted,
} from "./values.ts";

/** An object whose keys may be asked for without meeting what every object inherits. */
export type Keys = Readonly<Record<string, unknown>>;

const KEYS: ReadonlySet<string> = new Set([
  "secret",
  "id",
  "symbol",
  "action",
  "price",
  "quantity",
  "comment",
  "sequence",
  "position",
  "positionSize",
  "sentAt",
  "expiresAt",
]);

/** Reads our own signal: every key is known, and what must be there is. */
export function readTyped(values: unknown, { symbols }: SourceRules): Wanted {
  const body = objectWith(values, KEYS);
  const side = positionAt(body.position, "/position");
  return {
    id: idAt(body.id, "/id"),
    parts: null,
    symbol: symbolAt(body.symbol, "/symbol", symbols),
    action: actionAt(body.action, "/action"),
    price: priceAt(body.price, "/price"),
    quantity: quantityAt(body.quantity, "/quantity"),
    comment: commentAt(body.comment, "/comment"),
    sequence: sequenceAt(body.sequence, "/sequence", ""),
    leadsTo: leadsToAt(side, body.positionSize, "/positionSize"),
    sentMs: timeAt(body.sentAt, "/sentAt"),
    expiresMs: timeAt(body.expiresAt, "/expiresAt"),
  };
}

/**
 * The body as an object that has these keys and no others; what it inherits is out of reach.
 * @throws Refused naming the first key that is not known: a misspelt one must not be ignored.
 */
export function objectWith(values: unknown, known: ReadonlySet<string>): Keys {
  const body = asObject(values);
  for (const key of Object.keys(body)) {
    if (!known.has(key)) {
      throw new Refused("invalid", `expected one of ${[...known].join(", ")}`, `/${key}`);
    }
  }
  return body;
}

/** @throws Refused when the body is a list or a bare value. */
export function asObject(values: unknown): Keys {
  if (typeof values === "object" && values !== null && !Array.isArray(values)) {
    return Object.assign(Object.create(null), values);
  }
  throw new Refused("invalid", "expected an object with the fields of a signal");
}

/** An own property, or undefined. */
export function own(values: unknown, key: string): unknown {
  if (typeof values !== "object" || values === null || !Object.hasOwn(values, key))
    return undefined;
  return Reflect.get(values, key);
}
