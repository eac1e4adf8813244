/** Lets something run later. Given from outside, so that tests need no waiting. */
export interface Timers {
  /** Runs once after so many milliseconds; answers what calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's own timers; a waiting one keeps no process alive. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
