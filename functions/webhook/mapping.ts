import type { Mapping, Place, SourceRules } from "../../core/domain/webhook.ts";
import { Refused } from "./problem.ts";
import type { Fields } from "./tokens.ts";
import { own } from "./typed.ts";
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
  textAt,
  timeAt,
  type Wanted,
} from "./values.ts";

/** Reads a body that somebody else designed, by where the profile says that each field is. */
export function readMapped(fields: Fields, mapping: Mapping, { symbols }: SourceRules): Wanted {
  const value = (name: keyof Mapping) => valueAt(fields, mapping[name], nameOf(mapping, name));
  const field = (name: keyof Mapping) => nameOf(mapping, name);
  const side = positionAt(value("position"), field("position"));
  return {
    id: idAt(value("id"), field("id")),
    parts: null,
    symbol: symbolAt(value("symbol"), field("symbol"), symbols),
    action: actionAt(value("action"), field("action")),
    price: priceAt(value("price"), field("price")),
    quantity: quantityAt(value("quantity"), field("quantity")),
    comment: commentAt(value("comment"), field("comment")),
    sequence: sequenceAt(value("sequence"), field("sequence"), ""),
    leadsTo: leadsToAt(side, value("positionSize"), field("positionSize")),
    sentMs: timeAt(value("sentAt"), field("sentAt")),
    expiresMs: timeAt(value("expiresAt"), field("expiresAt")),
  };
}

/** The secret in a body of this source: at `/secret` unless its mapping says otherwise. */
export function secretIn(fields: Fields, { format }: SourceRules): unknown {
  if (typeof format === "string" || format.secret === undefined) {
    return own(fields.values, "secret");
  }
  return valueAt(fields, format.secret, "/secret");
}

function nameOf(mapping: Mapping, name: keyof Mapping): string {
  const place = mapping[name];
  if (place === undefined || typeof place === "string") return place ?? `/${name}`;
  if ("at" in place) return place.at;
  return "word" in place ? `word ${place.word}` : `/${name}`;
}

function valueAt(fields: Fields, place: Place | undefined, field: string): unknown {
  if (place === undefined) return undefined;
  if (typeof place === "string") return pointed(fields.values, place);
  if ("value" in place) return place.value;
  const found = "at" in place ? pointed(fields.values, place.at) : fields.words[place.word];
  if (place.values === undefined) return found;
  const word = textAt(found, field);
  if (word === null) return undefined;
  if (Object.hasOwn(place.values, word)) return place.values[word];
  const known = Object.keys(place.values).join(", ");
  throw new Refused("invalid", `expected one of ${known}`, field, word);
}

/**
 * What a JSON pointer leads to, own properties alone; undefined where it leads nowhere.
 * @see https://www.rfc-editor.org/rfc/rfc6901
 */
export function pointed(values: unknown, pointer: string): unknown {
  let at = values;
  for (const part of pointer.split("/").slice(1)) {
    at = own(at, part.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return at;
}
