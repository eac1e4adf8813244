import { badRequest } from "../errors.ts";
import { type DataKind, type Points, type Span, spanIn } from "./rows.ts";

const PRESET = 1000;
const LARGEST = 10_000;

/** A page of data points, symbol after symbol. */
export interface Page {
  readonly points: ReadonlyMap<string, readonly unknown[]>;
  readonly nextToken: string | null;
}

/** Where a page starts, and the span that all pages of a request share. */
interface Place extends Span {
  readonly symbol: string;
  readonly skip: number;
}

/**
 * One page over all symbols together: `limit` counts data points, and the token holds the span, so
 * that a clock that moves between two pages neither repeats nor leaves out anything.
 * @throws Refusal (400) for a limit, sort or token that is none.
 */
export function pageOf(
  query: URLSearchParams,
  symbols: readonly string[],
  { kind, nowMs }: { readonly kind: DataKind; readonly nowMs: number },
  pointsOf: (symbol: string, span: Span) => Points,
): Page {
  const limit = limitIn(query);
  const descending = isDescending(query);
  const token = query.get("page_token");
  const place = token === null || token === "" ? null : readToken(token, nowMs);
  const span = place ?? spanIn(query, kind, nowMs);
  const points = new Map<string, readonly unknown[]>();
  let room = limit;
  for (const symbol of symbols) {
    if (place !== null && symbol < place.symbol) continue;
    const all = pointsOf(symbol, span);
    const skip = symbol === place?.symbol ? place.skip : 0;
    if (all.length <= skip) continue;
    if (room === 0) return { points, nextToken: writeToken({ ...span, symbol, skip }) };
    const count = Math.min(room, all.length - skip);
    points.set(
      symbol,
      Array.from({ length: count }, (_, i) =>
        all.at(descending ? all.length - 1 - skip - i : skip + i),
      ),
    );
    room -= count;
    if (skip + count < all.length) {
      return { points, nextToken: writeToken({ ...span, symbol, skip: skip + count }) };
    }
  }
  return { points, nextToken: null };
}

function limitIn(query: URLSearchParams): number {
  const text = query.get("limit");
  const limit = text === null || text === "" ? PRESET : Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST) return limit;
  throw badRequest(`invalid limit: ${text} (expected 1 to ${LARGEST})`);
}

function isDescending(query: URLSearchParams): boolean {
  const sort = query.get("sort") || "asc";
  if (sort === "asc" || sort === "desc") return sort === "desc";
  throw badRequest(`invalid sort: ${sort}`);
}

function writeToken({ symbol, skip, fromMs, toMs, knownMs }: Place): string {
  return Buffer.from([symbol, skip, fromMs, toMs, knownMs].join("|")).toString("base64url");
}

/** A token can't be made to show what is yet to come. */
function readToken(token: string, nowMs: number): Place {
  const [symbol = "", ...numbers] = Buffer.from(token, "base64url").toString().split("|");
  const [skip = -1, fromMs = 0, toMs = 0, known = 0] = numbers.map(Number);
  const isSound = [skip, fromMs, toMs, known].every(Number.isInteger);
  if (symbol === "" || numbers.length !== 4 || !isSound || skip < 0) {
    throw badRequest("invalid page_token");
  }
  const knownMs = Math.min(known, nowMs);
  return { symbol, skip, fromMs, toMs: Math.min(toMs, knownMs), knownMs };
}
