import { ConflictError } from "../domain/errors.ts";

/** How often a lost race is run again before it is somebody's concern. */
export const ATTEMPTS = 8;

/**
 * Runs what loads, decides and commits; where another writer was first, it loads and decides again.
 * @throws ConflictError when every attempt lost its race, and at once for a repeat.
 */
export async function again<T>(run: () => T | Promise<T>, attempts = ATTEMPTS): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ConflictError) || error.repeatOf !== null) throw error;
      if (attempt >= attempts) throw error;
    }
  }
}
