import type { Book, Position } from "../domain/book.ts";
import { absolute, divide, ZERO } from "../domain/decimal.ts";
import type { Order, OrderRequest } from "../domain/order.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import type { Halt, HaltAction, Switches } from "../ports/switches.ts";
import { partiesOf } from "../strategy/draft.ts";
import { cancellable } from "../strategy/request.ts";
import { again } from "./again.ts";
import { bookEvents } from "./bookHandler.ts";
import { isProtective } from "./gate.ts";
import { actionOf, isStronger } from "./memorySwitches.ts";

/** What carrying out a halt needs: the gate sends what is written here. */
export interface HaltPorts {
  readonly store: Store;
  readonly switches: Switches;
  readonly clock: Clock;
}

/** Whose orders a halt may concern. */
export interface HaltedProfile {
  readonly name: string;
  readonly account: { readonly name: string };
}

/**
 * Carries out what kill switches ask for beyond stopping entries: working entries are cancelled, or
 * every order is, and then positions are closed at the market. What cannot be done yet, as a cancel
 * is under way, is done by a later call: call it every minute, and once after turning a switch.
 * Answers how many cancels and exits were asked for.
 */
export async function carryOutHalts(
  ports: HaltPorts,
  profiles: readonly HaltedProfile[],
): Promise<number> {
  if ((await ports.switches.all()).length === 0) return 0;
  let asked = 0;
  for (const { name, account } of profiles) {
    const halt = strongest(await ports.switches.halts(name, account.name));
    if (halt === null || actionOf(halt) === "stop") continue;
    const nowMs = ports.clock.nowMs();
    let events: readonly DomainEvent[] = [];
    await again(() =>
      bookEvents(ports, account.name, (book) => {
        events = dueUnder(book, name, halt, nowMs);
        return events;
      }),
    );
    asked += events.filter(({ type }) => type !== "order.approved.v1").length;
  }
  return asked;
}

function strongest(halts: readonly Halt[]): Halt | null {
  let found: Halt | null = null;
  for (const halt of halts) {
    if (found === null || isStronger(actionOf(halt), actionOf(found))) found = halt;
  }
  return found;
}

function dueUnder(book: Book, profile: string, halt: Halt, nowMs: number): readonly DomainEvent[] {
  const own = book.orders.filter(({ request }) => request.profile === profile);
  const ending = own.filter((order) => mustEnd(book, order, actionOf(halt)));
  // With their parent go the legs that it holds.
  const parents = new Set(ending.map(({ request }) => request.id));
  const events: DomainEvent[] = ending
    .filter((order) => cancellable(order) && !parents.has(order.request.parentId ?? ""))
    .map((order) => cancelOf(order, halt, nowMs));
  if (actionOf(halt) !== "flatten") return events;
  for (const position of Object.values(book.ledgers[profile]?.positions ?? {})) {
    // Whatever still works there could fill beside the exit, and its shares are reserved for it.
    const isBusy = own.some(({ request }) => request.symbol === position.symbol);
    if (!isBusy) events.push(...exitOf(book.account, profile, position, halt, nowMs));
  }
  return events;
}

function mustEnd(book: Book, order: Order, action: HaltAction): boolean {
  if (action === "flatten") return !order.request.id.includes(FLATTEN);
  return !isProtective(book, order);
}

const FLATTEN = ".flatten.";

function cancelOf(order: Order, halt: Halt, nowMs: number): DomainEvent {
  return {
    type: "order.cancel-requested.v1",
    id: `${order.request.id}.cancel.halt.${nowMs.toString(36)}`,
    eventTimeMs: nowMs,
    receivedTimeMs: nowMs,
    causationId: causeOf(halt),
    data: { ...partiesOf(order.request), reason: reasonOf(halt) },
  };
}

/** An exit of all that is held: it makes the position smaller, so no limit is asked. */
function exitOf(
  account: string,
  profile: string,
  { symbol, quantity, cost }: Position,
  halt: Halt,
  nowMs: number,
): readonly DomainEvent[] {
  const id = `${profile}.${symbol}${FLATTEN}${nowMs.toString(36)}`;
  const request: OrderRequest = {
    id,
    intentId: id,
    profile,
    account,
    symbol,
    side: quantity > ZERO ? "sell" : "buy",
    type: "market",
    timeInForce: "day",
    quantity: absolute(quantity),
    notional: null,
    limitPrice: null,
    stopPrice: null,
    trailPrice: null,
    trailPercent: null,
    expiresAtMs: null,
    extendedHours: false,
    role: "exit",
    parentId: null,
    ocoGroup: null,
    replaces: null,
    reason: reasonOf(halt),
    decidedTimeMs: nowMs,
    // No price is looked at: what it cost stands in for it.
    referencePrice: divide(cost, quantity),
  };
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs, causationId: causeOf(halt) };
  const parties = partiesOf(request);
  return [
    { ...times, type: "order.requested.v1", id: `${id}.requested`, data: { ...parties, request } },
    { ...times, type: "order.approved.v1", id: `${id}.approved`, data: { ...parties, checks: [] } },
  ];
}

function causeOf({ kind, name, sinceMs }: Halt): string {
  return `halt.${kind}.${name}.${sinceMs.toString(36)}`;
}

function reasonOf({ reason, by }: Halt): string {
  return `halted by ${by}: ${reason}`;
}
