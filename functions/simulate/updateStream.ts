import { DAY_MS } from "../../core/domain/time.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import { catchUp } from "../../core/runtime/pollUpdates.ts";
import { sightOf } from "../../core/runtime/sight.ts";
import { handleUpdates } from "../../core/runtime/updatesHandler.ts";
import type { System } from "./ports.ts";
import type { Queues } from "./queues.ts";
import { ACCOUNT, MINUTE_MS } from "./setting.ts";

/** The stream of order updates: late, twice, or not at all while its socket is down or mute. */
export class UpdateStream {
  private readonly system: System;
  private readonly queues: Queues;
  /** Whether one lost word is made good by somebody: without a reconciliation it never is. */
  private readonly canMiss: boolean;
  isUp = true;
  private blindSinceMs = 0;

  constructor(system: System, queues: Queues, canMiss: boolean) {
    this.system = system;
    this.queues = queues;
    this.canMiss = canMiss;
  }

  /** What the venue says. */
  hear(said: readonly VenueReport[]): void {
    const { bug, faults, dice, time } = this.system;
    for (const report of bug.reports?.(said, this.system) ?? said) {
      this.noteParts(report);
      if (!this.isUp) continue;
      const isTwice = faults.isOn && dice.oneIn(10);
      if (isTwice) faults.note("update told twice", report.orderId, time.nowMs);
      if (this.isMissed(report)) continue;
      for (let copy = 0; copy < (isTwice ? 2 : 1); copy += 1) this.tell(report);
    }
  }

  /** The socket drops, and is back after some time. */
  async drop(darkMs: number): Promise<void> {
    const { faults, time } = this.system;
    // One that is open and says nothing is noticed only once it has done so for long.
    const isMute = faults.happens("socket mute", 2, "updates", time.nowMs);
    if (!isMute) {
      faults.note("socket dropped", "updates", time.nowMs);
      this.see(false);
    }
    this.isUp = false;
    this.blindSinceMs = time.nowMs;
    await time.turn(darkMs);
    this.seeAgain();
  }

  /** After every gap what was missed is asked for, from before the gap on. */
  seeAgain(): void {
    if (this.isUp) return;
    this.isUp = true;
    this.see(true);
    const sinceMs = this.blindSinceMs - MINUTE_MS;
    this.queues.send(null, "gap", (ports) => catchUp(ports, ACCOUNT, sinceMs));
  }

  /** Whether updates reach us, as far as who holds the stream has noticed: orders wait for that. */
  see(isLive: boolean): void {
    const { books, time } = this.system;
    books.leases.acquire(sightOf(ACCOUNT), "stream", time.nowMs, isLive ? DAY_MS : 0);
  }

  private tell(report: VenueReport): void {
    const { dice } = this.system;
    this.queues.send(
      null,
      "updates",
      (ports) => handleUpdates(ports, ACCOUNT, [report], ports.clock.nowMs()),
      dice.between(0, 900),
    );
  }

  /** Nothing but a comparison with the venue can find what one lost word has said. */
  private isMissed({ orderId, kind }: VenueReport): boolean {
    const { faults, time } = this.system;
    return this.canMiss && faults.happens("update missed", 15, `${kind} ${orderId}`, time.nowMs);
  }

  private noteParts(report: VenueReport): void {
    const { faults, time } = this.system;
    if (!faults.isOn || report.kind !== "filled" || report.complete) return;
    faults.note("partial fill", report.orderId, time.nowMs);
  }
}
