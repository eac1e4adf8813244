import { existsSync } from "node:fs";
import { InputError } from "../../../core/domain/errors.ts";
import type { Books } from "./books.ts";
import type { BooksOptions } from "./commands.ts";

/** Where `bellwether serve` keeps its books unless told otherwise. */
export const DEFAULT_FOLDER = ".bellwether";

/** Opens the books of a folder of this machine. */
export async function openBooksOf(options: BooksOptions): Promise<Books> {
  const { store: folder = DEFAULT_FOLDER } = options;
  if (!existsSync(folder)) {
    throw new InputError(
      `store: expected a folder of \`bellwether serve\`, found no ${folder}: name it with --store`,
    );
  }
  // Loaded here: most commands look at no books.
  const { LocalStore } = await import("../../localStore/localStore.ts");
  const { LocalSwitches } = await import("../../localStore/localSwitches.ts");
  // Not opened for reading alone: switches are turned here too, and LMDB lets writers take turns.
  const store = new LocalStore({ folder });
  const switches = new LocalSwitches(store.tables);
  return { store, journal: store, switches, where: folder, close: () => store.close() };
}
