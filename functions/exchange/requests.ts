import type { Context } from "hono";
import { Refusal } from "./errors.ts";

/** The query of a request. */
export function queryOf(c: Context): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

/** The body of a request as JSON. @throws Refusal (400) where it is none. */
export async function jsonOf(c: Context): Promise<unknown> {
  const text = await c.req.text();
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, 40010000, "request body format is invalid");
  }
}
