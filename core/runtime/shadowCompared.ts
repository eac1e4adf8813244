import { type Decimal, textOf } from "../domain/decimal.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { DomainEvent, EventData, EventOf } from "../events/catalogue.ts";
import type { ShadowedDifference } from "../events/shadows.ts";
import { isOfChild } from "../strategy/decideShadow.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { parentOf } from "../strategy/work.ts";
import { ingest } from "./ingest.ts";
import { eventsBetween } from "./journalDays.ts";
import type { LivePorts } from "./livePorts.ts";

/** What the decisions of a shadow came to beside those of the profile that it shadows. */
export type ShadowDay = Omit<EventData<"shadow.compared.v1">, "date">;

/** Differences that are kept in the journal; `bellwether shadow` shows all of them. */
const MOST_TOLD = 50;

/**
 * Holds what a shadow decided against what the profile that it shadows did, trigger by trigger and
 * instrument by instrument. Both decided on the same positions and orders, so one difference makes
 * no others. Undefined where the events have nothing of the shadow.
 */
export function shadowDay(
  profile: string,
  of: string,
  events: readonly DomainEvent[],
): ShadowDay | undefined {
  const since = firstOf(profile, events);
  if (since < 0) return undefined;
  const [own, theirs] = [new Wishes(), new Wishes()];
  let halted = "";
  // What was decided before the shadow was there is no difference.
  for (const event of events.slice(since)) {
    if (event.type === "profile.halted.v1" && event.data.profile === profile) {
      halted = event.data.reason;
    }
    const about = "profile" in event.data ? event.data.profile : null;
    if (event.type === "shadow.decided.v1" && about === profile) own.take(event);
    else if (about === of) theirs.takeReal(event);
  }
  const counts = { same: 0, differing: 0, onlyShadow: 0, onlyShadowed: 0 };
  const differences: ShadowedDifference[] = [];
  for (const key of new Set([...theirs.found.keys(), ...own.found.keys()])) {
    const [mine, other] = [own.found.get(key), theirs.found.get(key)];
    const [shadow, shadowed] = [mine?.words() ?? null, other?.words() ?? null];
    if (shadow === shadowed) counts.same += 1;
    else if (shadowed === null) counts.onlyShadow += 1;
    else if (shadow === null) counts.onlyShadowed += 1;
    else counts.differing += 1;
    const { timeMs = 0, cause = "", subject = "" } = mine ?? other ?? {};
    if (shadow !== shadowed) differences.push({ timeMs, cause, subject, shadow, shadowed });
  }
  differences.sort((a, b) => a.timeMs - b.timeMs);
  const text = textFor(profile, of, counts, halted);
  return { profile, of, ...counts, halted, differences, text };
}

/** Where a shadow was first there: at the trigger of its first decision, which both saw. */
function firstOf(profile: string, events: readonly DomainEvent[]): number {
  const first = events.find((event) => isOfShadow(event, profile));
  if (first === undefined) return -1;
  const { id, causationId } = first;
  return events.findIndex((one) =>
    [one.id, one.causationId].some((of) => of === id || of === causationId),
  );
}

/**
 * Compares every shadow of a UTC date with the profile that it shadows: as an event each, and to a
 * person. Told once a date; answers how many were told now.
 */
export async function compareShadows(
  ports: LivePorts,
  profiles: readonly CompiledProfile[],
  date: string,
): Promise<number> {
  const shadows = profiles.filter(({ shadowOf }) => shadowOf !== null);
  if (shadows.length === 0) return 0;
  const events: DomainEvent[] = [];
  for await (const event of eventsBetween(ports.journal, date, date)) events.push(event);
  let told = 0;
  for (const { name, shadowOf } of shadows) {
    const day = shadowDay(name, shadowOf ?? "", events);
    if (day !== undefined && (await tell(ports, date, day))) told += 1;
  }
  return told;
}

async function tell(ports: LivePorts, date: string, day: ShadowDay): Promise<boolean> {
  const id = `${day.profile}.shadow.compared.${date}`;
  if ((await ports.journal.event(id)) !== undefined) return false;
  const nowMs = ports.clock.nowMs();
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs, causationId: id };
  const differences = day.differences.slice(0, MOST_TOLD);
  const data = { ...day, date, differences };
  const event: EventOf<"shadow.compared.v1"> = { type: "shadow.compared.v1", id, ...times, data };
  if ((await ingest(ports.store, event)) === "repeat") return false;
  await ports.notifier.notify({
    key: id,
    severity: day.halted === "" ? "info" : "warning",
    title: `${day.profile} in the shadow of ${day.of}, ${date}`,
    text: [day.text, ...differences.slice(0, 5).map(lineOf)].join("\n"),
    timeMs: nowMs,
  });
  return true;
}

/** What one asked for on a trigger, of one instrument or about one order. */
class Wish {
  readonly timeMs: number;
  readonly cause: string;
  readonly subject: string;
  /** In words, by the id of the order: what becomes of it later changes them. */
  readonly asked = new Map<string, string>();

  constructor(timeMs: number, cause: string, subject: string) {
    this.timeMs = timeMs;
    this.cause = cause;
    this.subject = subject;
  }

  words(): string {
    return [...this.asked.values()].join(", ");
  }
}

class Wishes {
  readonly found = new Map<string, Wish>();
  private readonly byOrder = new Map<string, Wish>();
  private readonly requests = new Map<string, OrderRequest>();

  take(event: EventOf<"shadow.decided.v1">): void {
    const { asked, request, target, algo, denied } = event.data;
    if (request === null) this.note(event, target ?? "", target ?? "", "cancel");
    else {
      const words = `${asked === "replace" ? "replace by " : ""}${wordsOf(request, algo)}`;
      const subject = asked === "replace" ? (target ?? "") : request.symbol;
      this.note(event, subject, request.id, withVerdict(words, denied));
    }
  }

  /** The same of a profile that orders. */
  takeReal(event: DomainEvent): void {
    switch (event.type) {
      case "order.requested.v1": {
        const { request } = event.data;
        if (isOfChild(request) || isByHalt(request)) return;
        this.requests.set(request.id, request);
        this.note(event, request.symbol, request.id, wordsOf(request, null));
        return;
      }
      case "execution.started.v1": {
        const { request, algo } = event.data;
        this.note(event, request.symbol, request.id, wordsOf(request, algo.kind));
        return;
      }
      case "order.replace-requested.v1": {
        const { orderId, replacement } = event.data;
        this.forget(replacement.id);
        this.note(event, orderId, replacement.id, `replace by ${wordsOf(replacement, null)}`);
        return;
      }
      case "order.denied.v1": {
        // Risk denies with its numbers while deciding; the gate does later, by what is no decision.
        const wish = this.byOrder.get(event.data.orderId);
        const request = this.requests.get(event.data.orderId);
        if (event.data.checks.length === 0 || wish === undefined || request === undefined) return;
        wish.asked.set(request.id, withVerdict(wordsOf(request, null), event.data.limit));
        return;
      }
      case "order.cancel-requested.v1": {
        const { orderId } = event.data;
        if (parentOf(orderId) === null && !isOutside(event)) {
          this.note(event, orderId, orderId, "cancel");
        }
      }
    }
  }

  private note(event: DomainEvent, subject: string, orderId: string, words: string): void {
    const { causationId: cause, eventTimeMs } = event;
    const key = `${cause} ${subject}`;
    const wish = this.found.get(key) ?? new Wish(eventTimeMs, cause, subject);
    wish.asked.set(orderId, words);
    this.found.set(key, wish);
    this.byOrder.set(orderId, wish);
  }

  /** What turned out to be the other half of a replacement. */
  private forget(orderId: string): void {
    const wish = this.byOrder.get(orderId);
    wish?.asked.delete(orderId);
    if (wish?.asked.size === 0) this.found.delete(`${wish.cause} ${wish.subject}`);
  }
}

/** Cancels by hand and by a halt follow from no trigger: their ids end with the time. */
function isOutside({ id, causationId }: EventOf<"order.cancel-requested.v1">): boolean {
  return !id.endsWith(`.cancel.${causationId}`);
}

/** Exits that a kill switch asked for are no decision of the profile. */
function isByHalt({ id }: OrderRequest): boolean {
  return id.includes(".flatten.");
}

function isOfShadow({ data }: DomainEvent, name: string): boolean {
  return ("profile" in data && data.profile === name) || ("name" in data && data.name === name);
}

function wordsOf(request: OrderRequest, algo: string | null): string {
  const { side, quantity, notional, type, timeInForce, role } = request;
  const size = quantity !== null ? textOf(quantity) : `$${textOf(notional ?? 0n)}`;
  const trail = request.trailPercent ?? request.trailPrice;
  const prices = [at("at", request.limitPrice), at("stop", request.stopPrice), at("trail", trail)];
  const worked = algo === null ? "" : ` worked by ${algo}`;
  return `${side} ${size} ${type}${prices.join("")} ${timeInForce} (${role})${worked}`;
}

function at(what: string, price: Decimal | null): string {
  return price === null ? "" : ` ${what} ${textOf(price)}`;
}

function withVerdict(words: string, denied: string | null): string {
  return denied === null ? words : `${words}, denied by ${denied}`;
}

type Counts = Pick<ShadowDay, "same" | "differing" | "onlyShadow" | "onlyShadowed">;

function textFor(profile: string, of: string, counts: Counts, halted: string): string {
  const { same, differing, onlyShadow, onlyShadowed } = counts;
  const all = same + differing + onlyShadow + onlyShadowed;
  const text =
    `${same} of ${all} decisions are the same, ${differing} differ, ` +
    `${onlyShadow} are ${profile}'s alone, ${onlyShadowed} are ${of}'s alone`;
  return halted === "" ? text : `${text}; ${profile} was halted: ${halted}`;
}

function lineOf({ subject, cause, shadow, shadowed }: ShadowedDifference): string {
  return `${subject}, ${cause}: ${shadow ?? "nothing"}, where live did ${shadowed ?? "nothing"}`;
}
