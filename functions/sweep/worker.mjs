// A thread of a sweep. Strategies are TypeScript files: tsx runs them as they are.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
