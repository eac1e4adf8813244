import { MINUTE_MS } from "../../core/domain/time.ts";
import { minuteOf } from "./stamps.ts";

/** What is shown where nothing is limited. */
const GENEROUS = 10_000;

/** What a request finds of its limit. */
export interface Allowance {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Requests a minute of the virtual clock. A clock that stands still gives no new allowance, so that
 * a driver that steps it should not be limited.
 */
export class RateLimit {
  private readonly limit: number | null;
  private minuteMs = 0;
  private used = 0;

  constructor(limit: number | null) {
    this.limit = limit;
  }

  take(nowMs: number): Allowance {
    const minuteMs = minuteOf(nowMs);
    if (minuteMs !== this.minuteMs) this.used = 0;
    this.minuteMs = minuteMs;
    this.used += 1;
    const limit = this.limit ?? GENEROUS;
    const left = this.limit === null ? limit - 1 : Math.max(0, limit - this.used);
    return {
      allowed: this.limit === null || this.used <= this.limit,
      headers: {
        "X-RateLimit-Limit": String(limit),
        "X-RateLimit-Remaining": String(left),
        "X-RateLimit-Reset": String((minuteMs + MINUTE_MS) / 1000),
      },
    };
  }
}
