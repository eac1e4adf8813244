import { defineConfig } from "vitest/config";

/** What holds the schemas of orders and books: they run while a file is loaded, and not after. */
export default defineConfig({
  test: { include: ["test/domain/{kept,order,ledger}.test.ts"], testTimeout: 20_000 },
});
