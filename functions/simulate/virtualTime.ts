/** Something that waits for its turn. */
interface Waiting {
  readonly atMs: number;
  readonly place: number;
  readonly wake: () => void;
}

/**
 * A clock that moves only when somebody's turn comes, and the one place where it is decided whose
 * turn that is: every interleaving of a run follows from the times that its parts ask for.
 */
export class VirtualTime {
  nowMs: number;
  /** Turns given so far. */
  turns = 0;
  private readonly waiting: Waiting[] = [];
  private place = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Waits until the clock has moved on by some ms and everybody before has had a turn. */
  turn(delayMs: number): Promise<void> {
    return new Promise((wake) => {
      this.place += 1;
      this.waiting.push({ atMs: this.nowMs + delayMs, place: this.place, wake });
    });
  }

  /** Gives turns, earliest first, until a time, or until nobody waits any more. */
  async runUntil(untilMs: number): Promise<void> {
    for (;;) {
      await quiet();
      const next = this.takeNext(untilMs);
      if (next === undefined) break;
      if (next.atMs > this.nowMs) this.nowMs = next.atMs;
      this.turns += 1;
      next.wake();
    }
    if (untilMs > this.nowMs && Number.isFinite(untilMs)) this.nowMs = untilMs;
  }

  private takeNext(untilMs: number): Waiting | undefined {
    let found = -1;
    for (let i = 0; i < this.waiting.length; i += 1) {
      const one = this.waiting[i];
      const best = this.waiting[found];
      if (one === undefined || one.atMs > untilMs) continue;
      if (best === undefined || isBefore(one, best)) found = i;
    }
    return found < 0 ? undefined : this.waiting.splice(found, 1)[0];
  }
}

function isBefore(one: Waiting, other: Waiting): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.place < other.place);
}

/** Lets everything run that can run without a turn. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
