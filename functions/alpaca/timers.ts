/** Lets something run later. Given from outside, so that tests need no waiting. */
export interface Timers {
  /** Runs once after so many milliseconds; answers what calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's own timers. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Waits. */
export function sleep(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });
}
