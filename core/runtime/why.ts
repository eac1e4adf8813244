import type { Order } from "../domain/order.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import type { Journal } from "../ports/journal.ts";

/** Why an order came to be, and what became of it: first cause first. */
export interface Explanation {
  /** From what came from outside (a bar, a signal, a schedule) to what was asked for. */
  readonly causes: readonly DomainEvent[];
  readonly request: EventOf<"order.requested.v1"> | null;
  readonly verdict: EventOf<"order.approved.v1"> | EventOf<"order.denied.v1"> | null;
  /** Everything after the verdict, in the order in which it was committed. */
  readonly events: readonly DomainEvent[];
  readonly order: Order | undefined;
}

/** Causes are followed at most so far back: a circle in a journal must not hang its reader. */
const LONGEST_CHAIN = 32;

/**
 * Explains an order by its client order id, or any other event by its id: then the chain of its
 * causes is all there is. Undefined where the journal knows neither.
 */
export async function explain(journal: Journal, id: string): Promise<Explanation | undefined> {
  const life = await journal.ofOrder(id);
  const first = life[0] ?? (await journal.event(id));
  if (first === undefined) return undefined;
  const chain = await causesOf(journal, first);
  const request = life.find((event) => event.type === "order.requested.v1") ?? null;
  const verdict = life.find(isVerdict) ?? null;
  return {
    causes: life.length === 0 ? [...chain, first] : chain,
    request,
    verdict,
    events: life.filter((event) => event !== request && event !== verdict),
    order: await journal.order(id),
  };
}

async function causesOf(journal: Journal, event: DomainEvent): Promise<readonly DomainEvent[]> {
  const chain: DomainEvent[] = [];
  let at: DomainEvent | undefined = event;
  while (at !== undefined && at.causationId !== at.id && chain.length < LONGEST_CHAIN) {
    at = await journal.event(at.causationId);
    if (at !== undefined) chain.unshift(at);
  }
  return chain;
}

function isVerdict(
  event: DomainEvent,
): event is EventOf<"order.approved.v1"> | EventOf<"order.denied.v1"> {
  return event.type === "order.approved.v1" || event.type === "order.denied.v1";
}
