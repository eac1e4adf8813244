import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { InputError } from "../../core/domain/errors.ts";
import { checkFile } from "./checkFile.ts";

/** What the layout below is called: a store of another layout is refused, not guessed at. */
const FORMAT = "bellwether.store.v1";

/** A value with the version that a write must name. */
export interface Kept {
  readonly version: number;
  readonly text: string;
}

/** The tables of a store, all in one file, so that one transaction covers them. */
export interface Tables {
  readonly root: RootDatabase<string, string>;
  /** Snapshots by profile, books by account. */
  readonly profiles: Database<Kept, string>;
  readonly books: Database<Kept, string>;
  /** Events by position: a number that counts up. */
  readonly journal: Database<string, string>;
  /** Positions by date and position, by event id, and by order and position. */
  readonly byDate: Database<string, string>;
  readonly byId: Database<string, string>;
  readonly byOrder: Database<string, string>;
  /** Orders as they stood after their last event, by client order id. */
  readonly orders: Database<string, string>;
  /** Ids of events that were decided on. */
  readonly seen: Database<boolean, string>;
  readonly switches: Database<string, string>;
  readonly leases: Database<string, string>;
}

/** How a store is opened. */
export interface StoreFiles {
  readonly folder: string;
  /** Looks at it only, also while a server writes to it. */
  readonly readOnly?: boolean;
  /**
   * Do not wait for the disk: for what can be played again, and for one process alone. When another
   * opens the file, LMDB takes the last commit that was synced for the latest, and one that was
   * acknowledged since can be written over (seen with lmdb 3.5.6; never where commits are synced).
   */
  readonly volatile?: boolean;
}

/**
 * Opens the tables of a folder, made where it is not there.
 * @throws InputError where it is missing and only to be read, is no store, or is of another layout.
 */
export function openTables({ folder, readOnly = false, volatile = false }: StoreFiles): Tables {
  const path = join(folder, "books.lmdb");
  if (readOnly && !existsSync(path)) {
    throw new InputError(
      `${folder}: expected a store of \`bellwether serve\`, found none: name it with --store DIR`,
    );
  }
  mkdirSync(folder, { recursive: true });
  checkFile(path);
  const root = opened(path, readOnly, volatile);
  const format = root.get("format");
  if (format === undefined && !readOnly) root.putSync("format", FORMAT);
  else if (format !== FORMAT) {
    throw new InputError(`${folder}: expected a store of ${FORMAT}, got ${format ?? "none"}`);
  }
  const table = <T>(name: string): Database<T, string> => root.openDB<T, string>({ name });
  return {
    root,
    profiles: table("profiles"),
    books: table("books"),
    journal: table("journal"),
    byDate: table("byDate"),
    byId: table("byId"),
    byOrder: table("byOrder"),
    orders: table("orders"),
    seen: table("seen"),
    switches: table("switches"),
    leases: table("leases"),
  };
}

function opened(path: string, readOnly: boolean, volatile: boolean): RootDatabase<string, string> {
  try {
    return open<string, string>({
      path,
      readOnly,
      noSync: volatile,
      // A commit is acknowledged when it is on the disk, not some time after.
      overlappingSync: false,
      maxDbs: 16,
      encoding: "json",
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path}: expected a store of \`bellwether serve\`, got: ${why}`);
  }
}
