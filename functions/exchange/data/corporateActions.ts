import { calendarOf } from "../../../core/domain/calendar/calendar.ts";
import { numberOf, textOf } from "../../../core/domain/decimal.ts";
import { isDate, newYorkDate } from "../../../core/domain/time.ts";
import type { CorporateAction } from "../../../core/runtime/actionHandler.ts";
import { badRequest, malformed } from "../errors.ts";
import { uuidOf } from "../ids.ts";
import type { PaperAccount } from "../paper.ts";
import { listIn } from "../query.ts";

type Kind = "cash_dividend" | "forward_split" | "reverse_split";

/** An action as it is told. Recordings know no CUSIPs and no payment dates. */
interface Told {
  readonly kind: Kind;
  readonly exDate: string;
  readonly action: CorporateAction;
}

const LARGEST = 1000;
const PRESET = 100;
const PLURALS: Readonly<Record<Kind, string>> = {
  cash_dividend: "cash_dividends",
  forward_split: "forward_splits",
  reverse_split: "reverse_splits",
};

/** Every type that Alpaca has: of most nothing is recorded here. */
const TYPES = [
  ...Object.keys(PLURALS),
  ...["unit_split", "stock_dividend", "spin_off", "cash_merger", "stock_merger"],
  ...["stock_and_cash_merger", "redemption", "name_change", "worthless_removal"],
  ...["rights_distribution", "partial_call", "reorganization"],
];

/**
 * Splits and dividends by kind. They are known the evening before: those with an ex date up to the
 * next session's.
 * @throws Refusal (400) for parameters that are none.
 */
export function corporateActionsJson(paper: PaperAccount, query: URLSearchParams): unknown {
  const symbols = listIn(query, "symbols");
  const types = listIn(query, "types");
  const odd = types?.find((one) => !TYPES.includes(one));
  if (odd !== undefined) throw badRequest(`invalid types: ${odd}`);
  const ids = listIn(query, "ids");
  const start = dateIn(query, "start") ?? newYorkDate(paper.nowMs);
  const end = dateIn(query, "end") ?? "9999-12-31";
  const wanted = toldOf(paper)
    .filter(({ exDate }) => ids !== null || (exDate >= start && exDate <= end))
    .filter(({ action }) => symbols === null || symbols.includes(action.symbol))
    .filter(({ kind }) => types === null || types.includes(kind))
    .filter((one) => ids === null || ids.includes(idOf(one)));
  const sorted = query.get("sort") === "desc" ? wanted.reverse() : wanted;
  const skip = skipIn(query);
  const limit = limitIn(query);
  const page = sorted.slice(skip, skip + limit);
  const grouped: Record<string, unknown[]> = {};
  for (const one of page) {
    const plural = PLURALS[one.kind];
    grouped[plural] = [...(grouped[plural] ?? []), actionJson(one)];
  }
  const next = skip + limit < sorted.length ? String(skip + limit) : null;
  const next_page_token = next === null ? null : Buffer.from(next).toString("base64url");
  return { corporate_actions: grouped, next_page_token };
}

/** The same as the trading API announces it. @throws Refusal (422) where dates are missing. */
export function announcementsJson(paper: PaperAccount, query: URLSearchParams): readonly unknown[] {
  const types = listIn(query, "ca_types")?.map((one) => one.toLowerCase()) ?? null;
  const since = dateIn(query, "since");
  const until = dateIn(query, "until");
  if (types === null || since === null || until === null) {
    throw malformed("ca_types, since and until are required");
  }
  const symbol = query.get("symbol");
  return toldOf(paper)
    .filter(({ exDate }) => exDate >= since && exDate <= until)
    .filter(({ action }) => symbol === null || symbol === "" || action.symbol === symbol)
    .filter(({ kind }) => types.includes(kind === "cash_dividend" ? "dividend" : "split"))
    .map((one) => {
      const { action, kind, exDate } = one;
      const isCash = kind === "cash_dividend";
      return {
        id: idOf(one),
        corporate_action_id: idOf(one),
        ca_type: isCash ? "Dividend" : "Split",
        ca_sub_type: isCash ? "cash" : kind,
        initiating_symbol: action.symbol,
        target_symbol: action.symbol,
        ex_date: exDate,
        cash: isCash ? textOf(action.value) : "0",
        old_rate: "1",
        new_rate: isCash ? "1" : textOf(action.value),
      };
    });
}

function toldOf({ market, nowMs }: PaperAccount): Told[] {
  const known = calendarOf("us-equity").nextSession(nowMs).date;
  return market.actions.flatMap((action): Told[] => {
    const exDate = newYorkDate(action.timeMs);
    if (exDate > known) return [];
    if (action.kind === "dividend") return [{ kind: "cash_dividend", exDate, action }];
    if (action.kind !== "split") return [];
    const kind = numberOf(action.value) >= 1 ? "forward_split" : "reverse_split";
    return [{ kind, exDate, action }];
  });
}

function idOf({ kind, exDate, action }: Told): string {
  return uuidOf("corporate-action", action.symbol, kind, exDate);
}

function actionJson(one: Told): Readonly<Record<string, unknown>> {
  const { kind, exDate, action } = one;
  const value = numberOf(action.value);
  const head = { id: idOf(one), symbol: action.symbol, process_date: exDate, ex_date: exDate };
  switch (kind) {
    case "cash_dividend":
      return { ...head, cusip: "", rate: value, special: false, foreign: false };
    case "forward_split":
      return { ...head, cusip: "", new_rate: value, old_rate: 1 };
    case "reverse_split": {
      const old = Math.round(1 / value);
      return { ...head, old_cusip: "", new_cusip: "", new_rate: 1, old_rate: old };
    }
  }
}

function dateIn(query: URLSearchParams, name: string): string | null {
  const text = query.get(name);
  if (text === null || text === "") return null;
  if (isDate(text)) return text;
  throw badRequest(`invalid ${name}: ${text}`);
}

function limitIn(query: URLSearchParams): number {
  const text = query.get("limit");
  const limit = text === null || text === "" ? PRESET : Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST) return limit;
  throw badRequest(`invalid limit: ${text} (expected 1 to ${LARGEST})`);
}

function skipIn(query: URLSearchParams): number {
  const token = query.get("page_token");
  if (token === null || token === "") return 0;
  const skip = Number(Buffer.from(token, "base64url").toString());
  if (Number.isInteger(skip) && skip >= 0) return skip;
  throw badRequest("invalid page_token");
}
