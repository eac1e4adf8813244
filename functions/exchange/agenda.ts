interface Entry {
  readonly timeMs: number;
  readonly run: (timeMs: number) => void;
}

/** What is due at times of the virtual clock; of equal times what was noted first comes first. */
export class Agenda {
  private entries: Entry[] = [];

  get nextMs(): number {
    return this.entries[0]?.timeMs ?? Number.POSITIVE_INFINITY;
  }

  at(timeMs: number, run: (timeMs: number) => void): void {
    let place = this.entries.length;
    while (place > 0 && (this.entries[place - 1]?.timeMs ?? 0) > timeMs) place -= 1;
    this.entries.splice(place, 0, { timeMs, run });
  }

  /** Does what is due by a time, and what that adds to it. */
  run(timeMs: number): void {
    for (;;) {
      const [first] = this.entries;
      if (first === undefined || first.timeMs > timeMs) return;
      this.entries.shift();
      first.run(first.timeMs);
    }
  }
}
