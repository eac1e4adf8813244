import { existsSync } from "node:fs";
import { InputError } from "../../../core/domain/errors.ts";
import { stageName } from "../../deploy/names.ts";
import type { Books } from "./books.ts";
import type { BooksOptions } from "./commands.ts";

/** Where `bellwether serve` keeps its books unless told otherwise. */
export const DEFAULT_FOLDER = ".bellwether";

/** Opens the books that the options name: of a deployed stage, or of a folder of this machine. */
export async function openBooksOf(options: BooksOptions): Promise<Books> {
  if (options.stage !== undefined) return stageBooks(options.stage);
  const { store: folder = DEFAULT_FOLDER } = options;
  if (!existsSync(folder)) {
    throw new InputError(
      `store: expected a folder of \`bellwether serve\`, found no ${folder}: name it with --store`,
    );
  }
  // Loaded here: most commands look at no books.
  const { LocalStore } = await import("../../localStore/localStore.ts");
  const { LocalLeases } = await import("../../localStore/localLeases.ts");
  const { LocalSwitches } = await import("../../localStore/localSwitches.ts");
  // Not opened for reading alone: switches are turned here too, and LMDB lets writers take turns.
  const store = new LocalStore({ folder });
  const switches = new LocalSwitches(store.tables);
  const notes = new LocalLeases(store.tables);
  return { store, journal: store, switches, notes, where: folder, close: () => store.close() };
}

/** The table of a deployed stage, in the account and region that the environment names. */
async function stageBooks(stage: string): Promise<Books> {
  const { DynamoTable, dynamoClient } = await import("../../dynamo/client.ts");
  const { DynamoLeases } = await import("../../dynamo/dynamoLeases.ts");
  const { DynamoStore } = await import("../../dynamo/dynamoStore.ts");
  const { DynamoSwitches } = await import("../../dynamo/dynamoSwitches.ts");
  const client = dynamoClient();
  const table = new DynamoTable(client, stageName(stage));
  const store = new DynamoStore(table, { nowMs: () => Date.now() });
  const switches = new DynamoSwitches(table);
  const close = async () => client.destroy();
  const leases = new DynamoLeases(table);
  const where = table.name;
  return { store, journal: store, switches, leases, notes: leases, where, close };
}
