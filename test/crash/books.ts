import * as z from "zod";
import { accountOf } from "../../core/domain/account.ts";
import { textOf } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { isFinal } from "../../core/execution/lifecycle.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";

const HEADERS = { "APCA-API-KEY-ID": "any", "APCA-API-SECRET-KEY": "any" };
const ACCOUNT = "busy";

const wireOrders = z.array(
  z.object({
    id: z.string(),
    client_order_id: z.string(),
    submitted_at: z.string(),
    status: z.string(),
  }),
);
type WireOrders = z.output<typeof wireOrders>;
const wirePositions = z.array(z.object({ symbol: z.string(), qty: z.string() }));
const wireAccount = z.object({ cash: z.string() });

async function asked<T>(url: string, path: string, schema: z.ZodType<T>): Promise<T> {
  const reply = await fetch(`${url}${path}`, { headers: HEADERS });
  return schema.parse(await reply.json());
}

/** Every order that the exchange has ever taken, oldest first. */
async function ordersAt(url: string): Promise<WireOrders> {
  const all = new Map<string, z.output<typeof wireOrders>[number]>();
  let after = "2024-01-01T00:00:00Z";
  for (;;) {
    const query = `status=all&direction=asc&limit=500&nested=false&after=${after}`;
    const page = await asked(url, `/v2/orders?${query}`, wireOrders);
    const fresh = page.filter((one) => !all.has(one.client_order_id));
    for (const one of fresh) all.set(one.client_order_id, one);
    const last = page.at(-1);
    if (page.length < 500 || last === undefined || fresh.length === 0) break;
    after = last.submitted_at;
  }
  return [...all.values()];
}

/** Legs of a bracket get their client ids from the venue: we know them by the venue's own ids. */
function named(orders: WireOrders, journal: readonly DomainEvent[]): WireOrders {
  const ours = new Map(
    journal.flatMap((one) =>
      one.type === "order.accepted.v1" ? [[one.data.venueOrderId, one.data.orderId]] : [],
    ),
  );
  return orders.map((one) => ({
    ...one,
    client_order_id: ours.get(one.id) ?? one.client_order_id,
  }));
}

/** Everything in the journal of a folder's day. */
export function journalOf(store: LocalStore): readonly DomainEvent[] {
  const page = store.read({ date: "2024-07-01", after: null, limit: 10_000_000 });
  return page.entries.map(({ event }) => event);
}

/** Whether nothing is on its way any more: neither to the venue nor out of the outbox. */
export async function isQuiet(folder: string): Promise<boolean> {
  const store = new LocalStore({ folder, readOnly: true });
  const orders = store.book(ACCOUNT)?.value.orders ?? [];
  const moving = ["requested", "approved", "submitted", "unknown", "cancel-requested"];
  const quiet = orders.every(({ status }) => !moving.includes(status));
  const isEmpty = store.pending(1).length === 0;
  await store.close();
  return quiet && isEmpty;
}

/** What differs between the books of a folder and the exchange's, a line each. */
export async function differences(
  folder: string,
  url: string,
  accepted: ReadonlySet<string>,
): Promise<{ readonly lines: readonly string[]; readonly orders: number; readonly fills: number }> {
  const store = new LocalStore({ folder, readOnly: true });
  const lines: string[] = [];
  const book = store.book(ACCOUNT)?.value;
  if (book === undefined) return { lines: ["there is no book"], orders: 0, fills: 0 };
  const journal = journalOf(store);
  await store.close();
  const { holdings, cash } = accountOf(book);
  const positions = await asked(url, "/v2/positions", wirePositions);
  const theirs = new Map(positions.map(({ symbol, qty }) => [symbol, Number(qty)]));
  for (const symbol of new Set([...holdings.keys(), ...theirs.keys()])) {
    const ours = Number(textOf(holdings.get(symbol)?.quantity ?? 0n));
    const venues = theirs.get(symbol) ?? 0;
    if (ours !== venues) lines.push(`${symbol}: ours ${ours}, the exchange's ${venues}`);
  }
  const account = await asked(url, "/v2/account", wireAccount);
  if (Math.abs(Number(textOf(cash)) - Number(account.cash)) > 1e-6) {
    lines.push(`cash: ours ${textOf(cash)}, the exchange's ${account.cash}`);
  }
  const orders = named(await ordersAt(url), journal);
  lines.push(...twice(orders, journal));
  const open = new Set(
    orders.filter(({ status }) => isOpenThere(status)).map((one) => one.client_order_id),
  );
  for (const order of book.orders.filter((one) => !isFinal(one))) {
    const { id } = order.request;
    if (!open.delete(id)) lines.push(`order ${id} is ${order.status} in our books alone`);
  }
  for (const id of open) lines.push(`order ${id} rests at the exchange alone`);
  const known = new Set(journal.map(({ id }) => id));
  for (const id of accepted)
    if (!known.has(id)) lines.push(`signal ${id} was accepted and is lost`);
  const executions = journal.flatMap((one) =>
    one.type === "order.filled.v1" ? [`${one.data.orderId} ${one.data.executionId}`] : [],
  );
  if (new Set(executions).size !== executions.length) lines.push("a fill was booked twice");
  return { lines, orders: orders.length, fills: executions.length };
}

function isOpenThere(status: string): boolean {
  return !["filled", "canceled", "expired", "rejected", "replaced"].includes(status);
}

/** Orders at the exchange that nobody wrote down, and intents that have two. */
function twice(
  orders: readonly { readonly client_order_id: string }[],
  journal: readonly DomainEvent[],
): readonly string[] {
  const requests = new Map<string, OrderRequest>();
  for (const event of journal) {
    if (event.type === "order.requested.v1") requests.set(event.data.orderId, event.data.request);
    if (event.type === "order.replace-requested.v1") {
      requests.set(event.data.replacement.id, event.data.replacement);
    }
  }
  const lines: string[] = [];
  const seen = new Map<string, string>();
  for (const { client_order_id: id } of orders) {
    const request = requests.get(id);
    if (request === undefined) {
      lines.push(`order ${id} is at the exchange and was never written down`);
      continue;
    }
    if (request.replaces !== null) continue;
    const wanted = `${request.intentId} ${request.role}`;
    const other = seen.get(wanted);
    if (other !== undefined) lines.push(`orders ${other} and ${id} are for one intent`);
    seen.set(wanted, id);
  }
  return lines;
}
