#!/usr/bin/env node
// Strategies are TypeScript files that change all the time: tsx runs them as they are.
import { register } from "tsx/esm/api";

// A reader that has seen enough, such as head, is no failure.
process.stdout.on("error", (error) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
register();
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv);
