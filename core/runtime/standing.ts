import { type Decimal, textOf, ZERO } from "../domain/decimal.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { tradersOf } from "../strategy/shadowed.ts";
import { parseSnapshot } from "../strategy/snapshot.ts";
import { RerunDesk } from "./rerun.ts";

/** How a profile stood in an instrument when it decided, and whether it would decide so again. */
export interface Standing {
  readonly symbol: string;
  /** Close of the last bar, dollars. */
  readonly price: number;
  /** Quantity held before the decision, signed: shares or coins. */
  readonly position: string;
  /** Cash of the profile before the decision, dollars. */
  readonly cash: string;
  /** Each indicator at the last bar and at the one before it, as the strategy saw them. */
  readonly indicators: Readonly<
    Record<string, { readonly now: number; readonly previous: number }>
  >;
  /** The author's state before the decision. */
  readonly state: unknown;
  /** False when today's code and parameters decide otherwise than was recorded. */
  readonly decidesAlike: boolean;
}

/**
 * Works out how a profile stood when it decided on an event, by deciding the recorded day again up
 * to there. `journal` is the day in order, `profiles` all those of the profile's account.
 * Undefined where the day holds no snapshots before the event, or not the event itself.
 */
export function standingAt(
  profiles: readonly CompiledProfile[],
  journal: readonly DomainEvent[],
  at: { readonly profile: string; readonly causeId: string; readonly symbol: string },
): Standing | undefined {
  const found = profiles.find(({ name }) => name === at.profile);
  const caused = journal.findIndex(({ id }) => id === at.causeId);
  const from = journal.findIndex(({ type }) => type === "snapshot.taken.v1");
  if (found === undefined || caused < 0 || from < 0 || from > caused) return undefined;
  const desk = new RerunDesk(tradersOf(profiles), journal, at.causeId);
  for (const event of journal.slice(from)) {
    desk.take(event);
    if (desk.seen(at.profile) !== undefined) break;
  }
  desk.end();
  const stood = desk.seen(at.profile);
  if (stood === undefined) return undefined;
  const before = parseSnapshot(at.profile, stood.before);
  const seen = parseSnapshot(at.profile, stood.after).symbols[at.symbol];
  const ledger = stood.book.ledgers[at.profile];
  const position: Decimal = ledger?.positions[at.symbol]?.quantity ?? ZERO;
  return {
    symbol: at.symbol,
    price: seen?.lastPrice ?? 0,
    position: textOf(position),
    cash: textOf(ledger?.cash ?? ZERO),
    indicators: Object.fromEntries(
      Object.entries(seen?.indicators ?? {}).map(([name, { now, previous }]) => {
        return [name, { now, previous }];
      }),
    ),
    state: found.shared ? before.state : before.symbols[at.symbol]?.state,
    decidesAlike: !desk.differences.some(
      ({ cause, profile }) => cause === at.causeId && profile === at.profile,
    ),
  };
}
