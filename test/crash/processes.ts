import { type ChildProcess, spawn } from "node:child_process";
import { basename, join } from "node:path";
import { build } from "esbuild";

/** A script, named from this folder, as one plain file: it starts faster than by a loader. */
export async function bundled(name: string): Promise<string> {
  const cache = join(process.cwd(), "node_modules", ".cache");
  const outfile = join(cache, `bellwether-${basename(name)}-${process.pid}.mjs`);
  await build({
    entryPoints: [new URL(`./${name}.ts`, import.meta.url).pathname],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["lmdb", "@alpacahq/alpaca-trade-api", "ws", "hono", "@hono/*", "temporal-polyfill"],
    logLevel: "error",
  });
  return outfile;
}

/** A process of the test, and what it says. */
export class Running {
  readonly child: ChildProcess;
  /** How it ended: a code, or a signal. */
  readonly ended: Promise<string>;
  private text = "";
  private isOver = false;

  constructor(script: string, words: readonly string[]) {
    this.child = spawn(process.execPath, [script, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    const hear = (chunk: Buffer) => {
      this.text += chunk.toString();
    };
    this.child.stdout?.on("data", hear);
    this.child.stderr?.on("data", hear);
    this.ended = new Promise((resolve) => {
      this.child.on("close", (code, signal) => {
        this.isOver = true;
        resolve(String(signal ?? code));
      });
    });
  }

  /** All that it said. */
  get all(): string {
    return this.text;
  }

  /** The last of what it said. */
  get said(): string {
    return this.text.slice(-4_000);
  }

  /** What a pattern finds in what it says, or null once it has ended, or after so many ms. */
  async says(pattern: RegExp, withinMs: number): Promise<string | null> {
    const untilMs = performance.now() + withinMs;
    while (performance.now() < untilMs) {
      const found = pattern.exec(this.text)?.[1];
      if (found !== undefined) return found;
      if (this.isOver) return null;
      await waited(10);
    }
    return null;
  }

  async kill(signal: "SIGKILL" | "SIGTERM"): Promise<string> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Waits for real: these processes live in real time. */
export function waited(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
