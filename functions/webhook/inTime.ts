import { TransientError } from "../../core/domain/errors.ts";
import type { Awaitable } from "../../core/ports/venue.ts";
import { DEADLINE_MS, MAX_IN_FLIGHT } from "./limits.ts";
import { RETRY_AFTER_S } from "./problem.ts";

/**
 * Bounds work in time and in number. A caller that waits for nothing hears so soon enough to try
 * again; what was cut off may still be stored, and its resend is then a repeat.
 */
export class InTime {
  private running = 0;

  /**
   * Waits for what a caller has to say, and works on it. Callers who are slow to say it are not
   * counted, as they would keep others out.
   * @throws TransientError when there is too much to do, or it took too long.
   */
  async run<S, T>(said: () => Awaitable<S>, work: (said: S) => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const cut = () => reject(new TransientError(`no end after ${DEADLINE_MS} ms`, waitMs));
      timer = setTimeout(cut, DEADLINE_MS);
    });
    try {
      const heard = await Promise.race([said(), late]);
      return await Promise.race([this.counted(() => work(heard)), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async counted<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= MAX_IN_FLIGHT) throw new TransientError("too many calls", waitMs);
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
    }
  }
}

const waitMs = RETRY_AFTER_S * 1000;
