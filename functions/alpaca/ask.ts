import type * as z from "zod";
import { type Answer, type Api, failureOf } from "./errors.ts";
import type { Priority, RateLimiter } from "./rateLimiter.ts";

/** The reply of the client library before it is read. */
export interface Reply {
  readonly raw: Response;
}

/** Asks Alpaca for something, and checks what it says. */
export type Ask = <T>(
  schema: z.ZodType<T>,
  priority: Priority,
  send: () => Promise<Reply>,
) => Promise<Answer<T>>;

/** Sends when it is its turn; what became of it is a value. A 429 makes everybody wait. */
export async function attempt<T>(
  limiter: RateLimiter,
  api: Api,
  priority: Priority,
  send: () => Promise<T>,
): Promise<Answer<T>> {
  await limiter.acquire(priority);
  try {
    return { ok: true, value: await send() };
  } catch (error) {
    const failure = await failureOf(error, api);
    if (failure.kind === "limited") limiter.pause(failure.retryAfterMs);
    return { ok: false, failure };
  }
}

/** How to ask one of the APIs under a limiter. */
export function askUnder(limiter: RateLimiter, api: Api): Ask {
  return (schema, priority, send) =>
    attempt(limiter, api, priority, async () => {
      const { raw } = await send();
      const reply: unknown = await raw.json();
      return schema.parse(reply);
    });
}
