import { isOrderEvent } from "../../core/domain/ledger.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { eventText } from "../../core/events/envelope.ts";
import type { Commit } from "../../core/ports/store.ts";
import { bookText } from "../../core/runtime/textStore.ts";
import { snapshotText } from "../../core/strategy/snapshot.ts";
import type { ConditionalPut } from "./client.ts";
import { bookKey, eventKey, journalKey, orderKey, profileKey, seenKey } from "./keys.ts";
import { packed } from "./packing.ts";
import { MAX_ITEM_BYTES, SEEN_FOR_S } from "./table.ts";

/** What a commit writes: what must be written together, and what may follow when it is too much. */
export interface Writes {
  readonly core: readonly ConditionalPut[];
  /** Ways to find events by id and by order. */
  readonly found: readonly ConditionalPut[];
}

/** Where the commit stands in the journal. */
export interface Place {
  readonly date: string;
  /** Sorts in the order of commits within the day. */
  readonly position: string;
  readonly nowMs: number;
  /** Names the commit, so that an unknown outcome can be looked up. */
  readonly commitId: string;
}

/** The items of a commit. @throws InputError where one of them is too large; nothing is written. */
export function writesOf(commit: Commit, place: Place): Writes {
  const { profile, profileState, account, book, dedupe } = commit;
  const core: ConditionalPut[] = [];
  // The repeat comes first: an old event has old versions too, and must be told from a lost race.
  if (dedupe !== null) {
    const expiresAt = Math.floor(place.nowMs / 1000) + SEEN_FOR_S;
    const item = { ...seenKey(dedupe), commitId: place.commitId, expiresAt };
    core.push({ item, condition: "attribute_not_exists(PK)" });
  }
  if (profile !== null && profileState !== null) {
    const text = snapshotText(profileState);
    const what = `snapshot of ${profile}`;
    core.push(versioned(profileKey(profile), text, what, commit.profileVersion, place));
  }
  if (account !== null && book !== null) {
    const what = `book of ${account}`;
    core.push(versioned(bookKey(account), bookText(book), what, commit.bookVersion, place));
  }
  const texts = commit.events.map(eventText);
  const found: ConditionalPut[] = [];
  for (const [part, chunk] of chunksOf(texts).entries()) {
    const position = `${place.position}.${String(part).padStart(3, "0")}`;
    const events = packed(JSON.stringify(chunk.texts), `${chunk.texts.length} events`);
    core.push({
      item: { ...journalKey(place.date, position), ...events, commitId: place.commitId },
      condition: "attribute_not_exists(PK)",
    });
    for (const [i, text] of chunk.texts.entries()) {
      const event = commit.events[chunk.from + i];
      if (event !== undefined) found.push(finding(event, text, `${place.date} ${position}`, i));
    }
  }
  return { core, found };
}

function versioned(
  key: { readonly PK: string; readonly SK: string },
  text: string,
  what: string,
  version: number,
  { commitId }: Place,
): ConditionalPut {
  const item = { ...key, version: version + 1, commitId, ...packed(text, what) };
  if (version === 0) return { item, condition: "attribute_not_exists(PK)" };
  return { item, condition: "version = :version", values: { ":version": version } };
}

/** An order's events are found by their order, all others by their id. */
function finding(event: DomainEvent, text: string, place: string, index: number): ConditionalPut {
  const at = `${place}.${String(index).padStart(4, "0")}`;
  const key = isOrderEvent(event) ? orderKey(event.data.orderId, at) : eventKey(event.id);
  return { item: { ...key, ...packed(text, event.id) } };
}

interface Chunk {
  readonly from: number;
  readonly texts: string[];
}

/** Events in parts that fit an item even where they do not compress. */
function chunksOf(texts: readonly string[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const [i, text] of texts.entries()) {
    const more = Buffer.byteLength(text);
    if (bytes + more > MAX_ITEM_BYTES / 2) {
      chunks.push({ from: i, texts: [] });
      bytes = 0;
    }
    chunks.at(-1)?.texts.push(text);
    bytes += more;
  }
  return chunks;
}
