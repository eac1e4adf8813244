import { type Decimal, textOf } from "../../core/domain/decimal.ts";
import type { Agenda } from "./agenda.ts";
import type { Faults } from "./faults.ts";
import { uuidOf } from "./ids.ts";
import type { ExchangeOrder } from "./order.ts";
import { orderJson } from "./orderJson.ts";
import { stampOf } from "./stamps.ts";

/** What happened to an order, as the stream tells it. */
export type UpdateEvent =
  | "pending_new"
  | "accepted"
  | "new"
  | "held"
  | "partial_fill"
  | "fill"
  | "pending_cancel"
  | "canceled"
  | "expired"
  | "replaced"
  | "rejected";

/** The numbers of an execution. */
export interface UpdateFill {
  readonly price: Decimal;
  readonly quantity: Decimal;
  /** Signed, after it. */
  readonly position: Decimal;
}

/** `data` of a `trade_updates` message. */
export type TradeUpdate = Readonly<Record<string, unknown>>;
/** Hears trade updates as they would go over the wire. */
export type UpdateListener = (update: TradeUpdate) => void;

/** Tells listeners of orders; late, twice or never where a fault says so. */
export class Updates {
  private readonly listeners = new Set<UpdateListener>();
  private readonly faults: Faults;
  private readonly agenda: Agenda;
  private readonly seed: number;
  private sent = 0;

  constructor(faults: Faults, agenda: Agenda, seed: number) {
    this.faults = faults;
    this.agenda = agenda;
    this.seed = seed;
  }

  /** How many have been told so far, repeats included. */
  get count(): number {
    return this.sent;
  }

  /** Listens until the returned function is called. */
  subscribe(listener: UpdateListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Tells of an order as it stands now. */
  tell(
    event: UpdateEvent,
    order: ExchangeOrder,
    at: { readonly timeMs: number; readonly nowMs: number; readonly executionId?: string },
    fill: UpdateFill | null = null,
  ): void {
    if (this.faults.take("lose-updates") !== null) return;
    const repeat = this.faults.take("duplicate-updates");
    const delay = this.faults.take("delay-updates");
    if (this.listeners.size === 0 && delay === null) return;
    const update = this.updateOf(event, order, at, fill);
    const messages = [update];
    for (let copy = 0; copy < (repeat?.copies ?? 0); copy += 1) {
      if (fill !== null) messages.push(this.updateOf("new", order, at, null));
      messages.push(update);
    }
    const send = () => {
      for (const message of messages) this.send(message);
    };
    if (delay === null) send();
    else this.agenda.at(at.nowMs + delay.ms, send);
  }

  private send(update: TradeUpdate): void {
    this.sent += 1;
    for (const listener of this.listeners) listener(update);
  }

  private updateOf(
    event: UpdateEvent,
    order: ExchangeOrder,
    at: { readonly timeMs: number; readonly nowMs: number; readonly executionId?: string },
    fill: UpdateFill | null,
  ): TradeUpdate {
    const { seed } = this;
    const execution_id = at.executionId ?? uuidOf("update", seed, order.id, event, at.timeMs);
    const head = { at: stampOf(at.nowMs), event, execution_id };
    const tail = { order: orderJson(order, true), timestamp: stampOf(at.timeMs) };
    if (fill === null) return { ...head, ...tail };
    const { price, quantity, position } = fill;
    return {
      ...head,
      price: textOf(price),
      qty: textOf(quantity),
      position_qty: textOf(position),
      ...tail,
    };
  }
}
