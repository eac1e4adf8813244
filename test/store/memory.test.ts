import { LiveStore } from "../live/liveStore.ts";
import { storeContract } from "./contract.ts";

storeContract("a store of text in memory", async () => {
  const store = new LiveStore();
  return { store, journal: store, switches: store, date: "2024-07-01" };
});
