import { ConflictError, TransientError } from "../domain/errors.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { LivePorts } from "./livePorts.ts";

/**
 * What becomes of an event that could not be handled: a person is told, and a profile that could
 * not decide on it, because its snapshot is not readable say, is halted, as what it would have done
 * is not known. Other profiles have their turn. Null for what an account's way to its venue failed
 * at.
 * @throws TransientError and ConflictError as they came: the event comes again.
 */
export async function unhandled(
  { switches, notifier, clock }: Pick<LivePorts, "switches" | "notifier" | "clock">,
  event: DomainEvent,
  profile: string | null,
  error: unknown,
): Promise<void> {
  if (error instanceof TransientError || error instanceof ConflictError) throw error;
  const timeMs = clock.nowMs();
  const reason = error instanceof Error ? error.message : String(error);
  if (profile !== null) {
    const by = "a decision that failed";
    await switches.halt({ kind: "profile", name: profile, reason, by, sinceMs: timeMs });
  }
  await notifier.notify({
    key: `failed.${profile === null ? "" : `${profile}.`}${event.id}`,
    severity: "page",
    title: `${event.type} could not be handled${profile === null ? "" : ` by ${profile}`}`,
    text: `${event.id}: ${reason}`,
    timeMs,
  });
}
