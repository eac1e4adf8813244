import { MemoryBooks } from "../../core/runtime/memoryBooks.ts";
import { MemorySwitches } from "../../core/runtime/memorySwitches.ts";
import { storeContract } from "./contract.ts";

storeContract("a store of text in memory", async () => {
  const store = new MemoryBooks();
  const { leases } = store;
  const switches = new MemorySwitches();
  return { store, journal: store, outbox: store, switches, leases, date: "2024-07-01" };
});
