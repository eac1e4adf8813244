import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { ConflictError, InvariantError } from "../../core/domain/errors.ts";
import type { Commit } from "../../core/ports/store.ts";
import { known, reasonsOf } from "./errors.ts";
import type { Part, Writes } from "./writes.ts";

/** What an error of a commit's transaction means to a handler. */
export function outcomeOf(
  commit: Commit,
  { parts }: Pick<Writes, "parts">,
  error: unknown,
): unknown {
  if (!(error instanceof TransactionCanceledException)) return known(error);
  const reasons = reasonsOf(error);
  const failed = new Set(parts.filter((_, i) => reasons[i] === "ConditionalCheckFailed"));
  const options = { cause: error };
  // The repeat comes first: an old event has old versions too, and must be told from a lost race.
  if (failed.has("repeat") && commit.dedupe !== null) {
    return new ConflictError(`${commit.dedupe} was decided before`, commit.dedupe, options);
  }
  if (failed.has("fence")) {
    const { name = "", epoch = 0 } = commit.fence ?? {};
    const why = `lease ${name}: expected epoch ${epoch} to hold, another was stored: stop acting`;
    return new ConflictError(why, null, options);
  }
  if (failed.has("version") || failed.has("event")) {
    return new ConflictError(`${versionsOf(commit)}: another writer was first`, null, options);
  }
  if (reasons.includes("TransactionConflict")) {
    return new ConflictError(`${versionsOf(commit)}: others keep writing`, null, options);
  }
  if (!reasons.some((reason) => reason === "ValidationError")) return known(error);
  return new InvariantError(
    `table: expected a commit that it takes, got ${error.message}`,
    options,
  );
}

function versionsOf({ profile, profileVersion, account, bookVersion, dedupe }: Commit): string {
  const named: [Part, string | null][] = [
    ["version", profile && `profile ${profile} at version ${profileVersion}`],
    ["version", account && `account ${account} at version ${bookVersion}`],
    ["repeat", dedupe],
  ];
  return named.flatMap(([, text]) => text ?? []).join(", ") || "journal";
}
