import { SECOND_MS } from "../domain/time.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import type { LivePorts } from "./livePorts.ts";
import { readableState } from "./readable.ts";
import { journalDate } from "./takeSnapshots.ts";
import { letWake, Wakes, wakesOf } from "./wakes.ts";

/** How often the journal is looked at for new wishes, ms. */
const LOOK_EVERY_MS = SECOND_MS;

/** Events that are read at a time. */
const PAGE = 500;

/**
 * Wakes worked orders to the second in a process that runs all the time: the one-time schedules of
 * a cloud are late by up to a minute, which is as long as some slices last. Those stay planned all
 * the same: whichever comes first wakes, and the other is a repeat.
 */
export class LiveWakes {
  private readonly ports: LivePorts;
  private readonly profiles: readonly CompiledProfile[];
  private readonly wakes = new Wakes();
  private date = "";
  private after: string | null = null;
  private lookedMs = 0;

  /** Looks after the profiles whose orders are worked unless an intent says otherwise. */
  constructor(ports: LivePorts, profiles: readonly CompiledProfile[]) {
    this.ports = ports;
    this.profiles = profiles.filter(({ execution }) => execution !== null);
  }

  /** Takes over what is wished for by now. */
  async start(): Promise<void> {
    if (this.profiles.length === 0) return;
    // First the end of the journal: what is wished for between the two looks is found in one.
    await this.look(() => {});
    for (const { name, account } of this.profiles) {
      const state = await readableState(this.ports.store, name);
      if (state === undefined) continue;
      for (const wish of wakesOf(state, account.name)) this.wakes.add(wish);
    }
  }

  /** Wakes what is due by the clock; answers how many were woken here. */
  async step(): Promise<number> {
    if (this.profiles.length === 0) return 0;
    const nowMs = this.ports.clock.nowMs();
    if (nowMs - this.lookedMs >= LOOK_EVERY_MS) {
      const names = new Set(this.profiles.map(({ name }) => name));
      await this.look((event) => {
        if (event.type === "execution.scheduled.v1" && names.has(event.data.profile)) {
          this.wakes.add(event);
        }
      });
      this.lookedMs = nowMs;
    }
    let woken = 0;
    for (const { data } of this.wakes.due(nowMs)) if (await letWake(this.ports, data)) woken += 1;
    return woken;
  }

  /** Reads on in the journal, over the end of a date. */
  private async look(take: (event: DomainEvent) => void): Promise<void> {
    const today = journalDate(this.ports.clock.nowMs());
    const dates = this.date === "" || this.date === today ? [today] : [this.date, today];
    for (const date of dates) {
      if (date !== this.date) this.after = null;
      this.date = date;
      for (let isMore = true; isMore; ) {
        const page = await this.ports.journal.read({ date, after: this.after, limit: PAGE });
        for (const { event } of page.entries) take(event);
        this.after = page.entries.at(-1)?.position ?? this.after;
        isMore = page.next !== null;
      }
    }
  }
}
