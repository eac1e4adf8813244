import { InputError } from "../../core/domain/errors.ts";
import type { Order } from "../../core/domain/order.ts";
import { eventText } from "../../core/events/envelope.ts";
import type { Commit } from "../../core/ports/store.ts";
import { bookText } from "../../core/runtime/textStore.ts";
import { snapshotText } from "../../core/strategy/snapshot.ts";
import type { Check, ConditionalPut } from "./client.ts";
import { type Finding, findingsOf, putOf, standingOf } from "./finding.ts";
import { journalItem } from "./journalItem.ts";
import {
  bookKey,
  journalKey,
  type Key,
  leaseKey,
  pendingKey,
  profileKey,
  seenKey,
} from "./keys.ts";
import { bytesOf, packed, partsOf } from "./packing.ts";
import type { Place } from "./places.ts";
import { MAX_COMMIT_BYTES, MAX_ITEMS, SEEN_FOR_S } from "./table.ts";

/** What a part of a transaction is for, in the order in which refusals are looked at. */
export type Part = "fence" | "repeat" | "version" | "event";

/** What a commit writes. */
export interface Writes {
  readonly puts: readonly ConditionalPut[];
  readonly checks: readonly Check[];
  /** What each of the puts, and then each of the checks, is for. */
  readonly parts: readonly Part[];
  /** An item that is written by this commit and no other, and never again: it proves the commit. */
  readonly proof: Key | null;
  /** What is left to be written for the commit to be found by id and by order. */
  readonly pending: readonly Key[];
}

/**
 * The items of a commit. By what its events are found is written with them, as long as they fit in
 * one transaction; else a note of it is, and whoever looks for something writes it first.
 * @throws InputError where something is too large; nothing is written then.
 */
export function writesOf(commit: Commit, place: Place, orders: Iterable<Order>): Writes {
  const own: [Part, ConditionalPut][] = [...versionsOf(commit, place)];
  const findings: Finding[] = [];
  const texts = commit.events.map(eventText);
  let index = 0;
  let proof: Key | null = commit.dedupe === null ? null : seenKey(commit.dedupe);
  for (const [i, part] of partsOf(texts).entries()) {
    const key = journalKey(place.date, `${place.commitId}.${String(i).padStart(3, "0")}`);
    const events = journalItem(part);
    own.push(["event", { item: { ...key, ...events, commitId: place.commitId } }]);
    proof = key;
    for (const text of part) {
      const event = commit.events[index];
      const at = `${place.commitId}.${String(index).padStart(5, "0")}`;
      if (event !== undefined) findings.push(...findingsOf(event, text, at));
      index += 1;
    }
  }
  for (const order of orders) findings.push(standingOf(order, place.at));
  const checks = checksOf(commit);
  const fits = own.length + checks.length + findings.length <= MAX_ITEMS;
  const rest = fits ? findings.map(putOf) : notesOf(findings, place);
  const puts = [...own.map(([, put]) => put), ...rest];
  checkBytes(puts);
  return {
    puts,
    checks,
    parts: [
      ...own.map(([part]) => part),
      ...rest.map(() => "event" as const),
      ...checks.map(() => "fence" as const),
    ],
    proof,
    pending: fits ? [] : rest.map(({ item }) => pendingKey(String(item.SK))),
  };
}

function* versionsOf(commit: Commit, place: Place): Generator<[Part, ConditionalPut]> {
  const { profile, profileState, account, book, dedupe } = commit;
  if (dedupe !== null) {
    const expiresAt = Math.floor(place.nowMs / 1000) + SEEN_FOR_S;
    const item = { ...seenKey(dedupe), commitId: place.commitId, expiresAt };
    yield ["repeat", { item, condition: "attribute_not_exists(PK)" }];
  }
  if (profile !== null && profileState !== null) {
    const text = snapshotText(profileState);
    const what = `snapshot of ${profile}`;
    yield ["version", versioned(profileKey(profile), text, what, commit.profileVersion, place)];
  }
  if (account !== null && book !== null) {
    const what = `book of ${account}`;
    yield ["version", versioned(bookKey(account), bookText(book), what, commit.bookVersion, place)];
  }
}

function versioned(
  key: Key,
  text: string,
  what: string,
  version: number,
  { commitId, at }: Place,
): ConditionalPut {
  const item = { ...key, version: version + 1, commitId, committedAt: at, ...packed(text, what) };
  if (version === 0) return { item, condition: "attribute_not_exists(PK)" };
  return { item, condition: "version = :version", values: { ":version": version } };
}

function checksOf({ fence }: Commit): readonly Check[] {
  if (fence === undefined) return [];
  const key = leaseKey(fence.name);
  return [{ key, condition: "epoch = :epoch", values: { ":epoch": fence.epoch } }];
}

function notesOf(findings: readonly Finding[], { commitId }: Place): readonly ConditionalPut[] {
  return partsOf(findings.map((one) => JSON.stringify(one))).map((part, i) => {
    const key = pendingKey(`${commitId}.${String(i).padStart(3, "0")}`);
    return { item: { ...key, ...packed(`[${part.join(",")}]`, "what events are found by") } };
  });
}

function checkBytes(puts: readonly ConditionalPut[]): void {
  const bytes = puts.reduce((sum, { item }) => sum + bytesOf(item), 0);
  if (bytes <= MAX_COMMIT_BYTES && puts.length <= MAX_ITEMS) return;
  throw new InputError(
    `commit: expected at most ${MAX_COMMIT_BYTES} bytes in ${MAX_ITEMS} items, as DynamoDB's ` +
      `transactions are bounded, got ${bytes} in ${puts.length}: spread the instruments over ` +
      "several profiles",
  );
}
