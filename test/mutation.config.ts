import { defineConfig } from "vitest/config";

/** Tests that are quick and close to what `npm run mutation` changes: each mutant runs them. */
export default defineConfig({
  test: {
    include: ["test/{domain,execution,risk}/*.test.ts", "test/portfolio/rebalance.test.ts"],
    exclude: ["**/*.data.test.ts"],
    testTimeout: 20_000,
  },
});
