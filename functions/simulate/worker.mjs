// A thread of a simulation: tsx runs TypeScript files as they are.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
