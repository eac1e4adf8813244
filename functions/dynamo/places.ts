import { randomUUID } from "node:crypto";
import { iso } from "../../core/domain/time.ts";
import type { Clock } from "../../core/ports/clock.ts";

/** Where a commit stands in the journal. */
export interface Place {
  /** UTC date under which it is filed. */
  readonly date: string;
  /** Later than every commit that this one was decided on; sorts as text. */
  readonly at: string;
  /** `at` and the writer: unique, also among commits of one moment. At most 36 characters. */
  readonly commitId: string;
  readonly nowMs: number;
}

const MS_DIGITS = 14;
const TURN_DIGITS = 6;

/**
 * Places for the commits of one process. They go by the clock, yet never back behind what the
 * process has read: machines whose clocks differ still file an account's commits in the order of
 * its versions. (A hybrid logical clock.)
 * @see https://cse.buffalo.edu/tech-reports/2014-04.pdf
 */
export class Places {
  private readonly clock: Clock;
  private readonly writer: string;
  private ms = 0;
  private turn = 0;

  constructor(clock: Clock, writer = randomUUID().slice(0, 8)) {
    this.clock = clock;
    this.writer = writer;
  }

  next(): Place {
    const nowMs = this.clock.nowMs();
    if (nowMs > this.ms) {
      this.ms = nowMs;
      this.turn = 0;
    } else this.turn += 1;
    const at = `${digits(this.ms, MS_DIGITS)}.${digits(this.turn, TURN_DIGITS)}`;
    return { date: iso(this.ms).slice(0, 10), at, commitId: `${at}#${this.writer}`, nowMs };
  }

  /** Something was read that stands at this place. */
  saw(at: string): void {
    const ms = Number(at.slice(0, MS_DIGITS));
    const turn = Number(at.slice(MS_DIGITS + 1));
    if (ms > this.ms) {
      this.ms = ms;
      this.turn = turn;
    } else if (ms === this.ms) this.turn = Math.max(this.turn, turn);
  }
}

/** Stands before every place of this time (UTC ms) and after all earlier ones. */
export function placeAfter(timeMs: number): string {
  return digits(timeMs, MS_DIGITS);
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, "0");
}
