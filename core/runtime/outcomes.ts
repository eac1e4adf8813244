import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import { isTrigger, type Trigger } from "../strategy/decide.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import type { ProfileState } from "../strategy/snapshot.ts";
import { Audience } from "./audience.ts";
import { recordedProfiles } from "./parity.ts";
import { RerunDesk } from "./rerun.ts";

/** How a trigger ended for a profile: what was done, or why nothing was. */
export interface Outcome {
  /** When we learned of the trigger, UTC ms. */
  readonly timeMs: number;
  /** Id and type of the trigger: a signal, a bar close, a schedule; or of a job that was missed. */
  readonly cause: string;
  readonly trigger: DomainEvent["type"];
  readonly profile: string;
  /** Null where it is of the profile as a whole, or of several instruments. */
  readonly symbol: string | null;
  /** Instruments that it is of; 1 unless several of a close had no intent alike. */
  readonly instruments: number;
  /** Reason code: `order`, `denied: LIMIT`, `hold`, `warming-up`, `halted`, `no-intent` … */
  readonly outcome: string;
  readonly reason: string;
}

type Asked = Extract<
  Trigger,
  { readonly type: "bars.closed.v1" | "signal.received.v1" | "schedule.fired.v1" }
>;

/**
 * How every signal, bar close and schedule of a recorded day ended, in the order of the journal.
 *
 * What led to something is in the journal as it was decided. That nothing was done is not written
 * down live, where it would be a write for every quiet bar: a decision is a pure function of
 * snapshot and event, so it is worked out from the day's snapshots when somebody asks, and quiet
 * instruments of a close are told as one.
 * @throws InputError where the day does not start with snapshots of these profiles.
 */
export function outcomesOf(
  profiles: readonly CompiledProfile[],
  day: readonly DomainEvent[],
): readonly Outcome[] {
  const own = recordedProfiles(profiles, day);
  const audience = new Audience(own);
  const desk = new RerunDesk(own, day);
  const verdicts = verdictsOf(day);
  const found: Outcome[] = [];
  for (const event of day) {
    const names = isAsked(event) ? audience.routeOf(event).decide : [];
    const before = new Map(names.map((name) => [name, isWarm(desk.stateOf(name))]));
    desk.take(event);
    if (event.type === "job.missed.v1") found.push(missedOf(event));
    if (event.type === "signal.missed.v1") found.push(amissIn(event));
    if (!isAsked(event)) continue;
    for (const name of names) {
      const profile = own.find((one) => one.name === name);
      const state = desk.stateOf(name);
      if (profile === undefined || state === undefined) continue;
      const seen = { event, profile, state, wasWarm: before.get(name) ?? isWarm(undefined) };
      const recorded = desk.recordedFor(event.id, name);
      const undone = recorded.length === 0 ? desk.decidedOtherwise(event.id, name) : null;
      if (undone === null) found.push(...endedIn(seen, recorded, verdicts));
      else found.push(made(seen, null, { outcome: "not-decided", reason: undoneText(undone) }));
    }
  }
  return found;
}

/** Never handled, or by other code: which of them, the journal alone cannot tell. */
function undoneText(decided: readonly string[]): string {
  return `nothing was recorded, where today's code decides ${decided.join(", ")}`;
}

/** Orders and decisions of the recorded day by what became of them before they were sent. */
type Verdicts = ReadonlyMap<string, { readonly outcome: string; readonly reason: string }>;

function verdictsOf(day: readonly DomainEvent[]): Verdicts {
  return new Map(
    day.flatMap((event) => {
      if (event.type === "order.denied.v1") {
        const { orderId, limit, reason } = event.data;
        return [[orderId, { outcome: `denied: ${limit}`, reason }]];
      }
      if (event.type !== "order.rejected.v1") return [];
      const { orderId, reason } = event.data;
      return [[orderId, { outcome: "rejected", reason }]];
    }),
  );
}

interface Seen {
  readonly event: Asked;
  readonly profile: CompiledProfile;
  /** As it stood after the event. */
  readonly state: ProfileState;
  readonly wasWarm: (symbol: string) => boolean;
}

function endedIn(
  seen: Seen,
  recorded: readonly DomainEvent[],
  verdicts: Verdicts,
): readonly Outcome[] {
  const told = recorded.flatMap((event) => doneIn(seen, event, verdicts));
  if (seen.event.type === "bars.closed.v1") return [...told, ...quietIn(seen, told)];
  if (told.length > 0) return told;
  const symbol = seen.event.type === "signal.received.v1" ? seen.event.data.symbol : null;
  const { halted } = seen.state;
  const ended = halted === null ? NO_INTENT : { outcome: "halted", reason: halted };
  return [made(seen, symbol, ended)];
}

const NO_INTENT = { outcome: "no-intent", reason: "the strategy wanted nothing" };

function doneIn(seen: Seen, event: DomainEvent, verdicts: Verdicts): readonly Outcome[] {
  switch (event.type) {
    case "order.requested.v1":
    case "execution.started.v1": {
      const { symbol, id, reason, parentId } = event.data.request;
      // Legs are part of the entry that they hang on.
      if (parentId !== null) return [];
      const verdict = verdicts.get(id) ?? { outcome: "order", reason };
      return [made(seen, symbol, verdict)];
    }
    case "decision.made.v1": {
      const { symbol, outcome, reason } = event.data;
      return [made(seen, symbol, { outcome, reason })];
    }
    case "universe.selected.v1": {
      const { selected, candidates, scanner } = event.data;
      const reason = `${scanner} kept ${selected.length} of ${candidates.length}`;
      return [made(seen, null, { outcome: "selected", reason })];
    }
    case "order.cancel-requested.v1":
      return [made(seen, null, { outcome: "cancel", reason: event.data.reason })];
    case "order.replace-requested.v1": {
      const { symbol, reason } = event.data.replacement;
      return [made(seen, symbol, { outcome: "replace", reason })];
    }
    default:
      return [];
  }
}

/** The instruments of a close that nothing was done about, one row a reason. */
function quietIn(seen: Seen, told: readonly Outcome[]): readonly Outcome[] {
  const { event, profile, state, wasWarm } = seen;
  if (event.type !== "bars.closed.v1" || event.data.timeframe !== profile.timeframe) return [];
  const loud = new Set(told.map(({ symbol }) => symbol));
  const quiet = new Map<string, string[]>();
  for (const { symbol } of event.data.bars) {
    if (!profile.universe.has(symbol) || loud.has(symbol)) continue;
    const outcome = quietCode(state, wasWarm(symbol));
    quiet.set(outcome, [...(quiet.get(outcome) ?? []), symbol]);
  }
  return [...quiet].map(([outcome, symbols]) => {
    const reason = outcome === "halted" ? (state.halted ?? "") : (REASONS[outcome] ?? "");
    const [only = null] = symbols.length === 1 ? symbols : [];
    return { ...made(seen, only, { outcome, reason }), instruments: symbols.length };
  });
}

function quietCode({ halted }: ProfileState, wasWarm: boolean): string {
  if (halted !== null) return "halted";
  return wasWarm ? "no-intent" : "warming-up";
}

const REASONS: Readonly<Record<string, string>> = {
  "no-intent": NO_INTENT.reason,
  "warming-up": "some indicator had no value and no previous one yet",
};

/** Which instruments were warm; a decision changes the snapshot that it is given. */
function isWarm(state: ProfileState | undefined): (symbol: string) => boolean {
  const cold = new Set(
    Object.entries(state?.symbols ?? {}).flatMap(([symbol, { warm }]) => (warm ? [] : [symbol])),
  );
  return (symbol) => !cold.has(symbol);
}

function missedOf({ id, type, receivedTimeMs, data }: EventOf<"job.missed.v1">): Outcome {
  return {
    timeMs: receivedTimeMs,
    cause: id,
    trigger: type,
    profile: data.profile ?? "",
    symbol: null,
    instruments: 1,
    outcome: "missed",
    reason: `${data.job}: ${data.reason}`,
  };
}

function amissIn({ id, type, receivedTimeMs, data }: EventOf<"signal.missed.v1">): Outcome {
  const { profile, symbol, code: outcome, reason } = data;
  const of = { profile, symbol, outcome, reason, instruments: 1 };
  return { timeMs: receivedTimeMs, cause: id, trigger: type, ...of };
}

function made(
  { event, profile }: Seen,
  symbol: string | null,
  ended: { readonly outcome: string; readonly reason: string },
): Outcome {
  const { id: cause, type: trigger, receivedTimeMs: timeMs } = event;
  return { timeMs, cause, trigger, profile: profile.name, symbol, instruments: 1, ...ended };
}

function isAsked(event: DomainEvent): event is Asked {
  return (
    isTrigger(event) &&
    (event.type === "bars.closed.v1" ||
      event.type === "signal.received.v1" ||
      event.type === "schedule.fired.v1")
  );
}
