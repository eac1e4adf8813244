import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import type { DynamoTable, Item } from "./client.ts";
import { latePutOf, parseFindings } from "./finding.ts";
import { type Key, PENDING, pendingKey } from "./keys.ts";
import { unpacked } from "./packing.ts";
import { TABLE } from "./table.ts";

/** Writes that are under way at a time. */
const AT_ONCE = 25;

/**
 * Writes by what the events of large commits are found, where whoever committed them has not come
 * to it. Answers whether there was any. Doing it twice, and by two at once, is harmless.
 */
export async function findAll(table: DynamoTable): Promise<boolean> {
  const notes = (await table.query(PENDING, null)).filter(isOpen);
  for (const note of notes) await file(table, unpacked(note), pendingKey(String(note.SK)));
  return notes.length > 0;
}

/** The same for the notes of one commit. */
export async function findThese(table: DynamoTable, keys: readonly Key[]): Promise<void> {
  for (const key of keys) {
    const note = await table.get(key);
    if (note !== undefined && isOpen(note)) await file(table, unpacked(note), key);
  }
}

async function file(table: DynamoTable, text: string, key: Key): Promise<void> {
  const puts = parseFindings(text).map(latePutOf);
  for (let at = 0; at < puts.length; at += AT_ONCE) {
    await Promise.all(
      puts.slice(at, at + AT_ONCE).map(async (put) => {
        try {
          await table.put(put);
        } catch (error) {
          // A later commit has told more of this order already.
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
      }),
    );
  }
  // Whoever trades may delete nothing, kill switches above all: what is done is left to expire.
  await table.put({ item: { ...key, [TABLE.expiresAt]: 1 } });
}

function isOpen(note: Item): boolean {
  return note[TABLE.expiresAt] === undefined;
}
