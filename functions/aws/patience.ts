/** How trouble that passes is waited out; given from outside, so that tests need no waiting. */
export interface Patience {
  /** The first included. */
  readonly attempts: number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** Six attempts within about a second: a webhook's caller waits for three. */
export const PATIENT: Patience = {
  attempts: 6,
  random: Math.random,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

const FIRST_MS = 30;

/**
 * Runs until it succeeds, fails for good or has used up its attempts, and throws what came last.
 * Waits are drawn from nothing up to a bound that doubles, so that those who met do not meet again.
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export async function patiently<T>(
  run: () => Promise<T>,
  passes: (error: unknown) => boolean,
  { attempts, random, wait }: Patience,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= attempts || !passes(error)) throw error;
      await wait(random() * FIRST_MS * 2 ** attempt);
    }
  }
}
