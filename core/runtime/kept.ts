import * as z from "zod";
import { InvariantError, quoted } from "../domain/errors.ts";

/**
 * Reads back what a store keeps as JSON.
 * @throws InvariantError naming what it is and the field, on one line, where nobody here wrote it:
 * nothing may be decided on a guess at it. The stored text is left as it is.
 */
export function readKept<T>(what: string, schema: z.ZodType<T>, text: string): T {
  const read = z.safeDecode(schema, jsonOf(what, text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw damaged(what, `at "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "invalid"}`);
}

function jsonOf(what: string, text: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(what, "as JSON");
  }
}

function damaged(what: string, how: string): InvariantError {
  return new InvariantError(`${what} does not parse ${quoted(how)}; nothing was changed`);
}
