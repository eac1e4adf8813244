import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { contenders, type Run } from "./contenders.ts";

const answer = z.object({
  fills: z.int(),
  equity: z.number(),
  busyMs: z.number(),
  /** Most memory that its process ever held, MB. */
  peakMb: z.number(),
});
/** A run, and the most memory that its process held by then, MB. */
export type Answer = z.output<typeof answer>;

/** A contender in a process of its own, so that no other's code and heap slow it down. */
export interface Apart {
  run(): Promise<Answer>;
  stop(): void;
}

/** Starts a process for a contender. */
export function apart(name: string): Apart {
  const child = fork(fileURLToPath(import.meta.url), [name]);
  return {
    async run() {
      child.send("run");
      const [message] = await once(child, "message");
      return answer.parse(message);
    },
    stop: () => child.disconnect(),
  };
}

/** The other side: answers each message with a run. */
function serve(run: () => Promise<Run>): void {
  process.on("message", async () => {
    const done = await run();
    process.send?.({ ...done, peakMb: process.resourceUsage().maxRSS / 1024 });
  });
}

const [, script, asked] = process.argv;
if (script === fileURLToPath(import.meta.url)) {
  const found = contenders.find(({ name }) => name === asked);
  if (found === undefined) throw new Error(`expected a contender, got ${asked}`);
  serve(found.prepare());
}
