import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LocalStore } from "../../functions/localStore/localStore.ts";

const ROUNDS = 20;

let folder: string;
let writer: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bellwether-crash-"));
  // One plain file starts in a fraction of the time that a loader takes: the rest is writing.
  writer = join(process.cwd(), "node_modules", ".cache", `bellwether-writer-${process.pid}.mjs`);
  await build({
    entryPoints: [new URL("./writer.ts", import.meta.url).pathname],
    outfile: writer,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["lmdb"],
    logLevel: "error",
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(writer, { force: true });
});

test(`nothing that was acknowledged is lost, and nothing is half there, after ${ROUNDS} kills`, async () => {
  const lines: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const acknowledged = await killedAfter(folder, 1 + ((round * 7) % 23));
    const store = new LocalStore({ folder });
    const version = store.book("main")?.version ?? 0;
    const events = store.pending(100_000);
    // The last commit may be there without having been acknowledged; no other may.
    expect(version - 1 - acknowledged).toBeGreaterThanOrEqual(0);
    expect(version - 1 - acknowledged).toBeLessThanOrEqual(1);
    expect(events.map(({ event }) => event.id)).toEqual(
      Array.from({ length: version }, (_, i) => `signal.${i}`),
    );
    lines.push(acknowledged);
    await store.close();
  }
  expect(new Set(lines).size).toBe(ROUNDS);
});

/** Lets a process write, kills it after so many lines, and answers the last it acknowledged. */
function killedAfter(place: string, count: number): Promise<number> {
  const child = spawn(process.execPath, [writer, place], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split("\n").length > count) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (signal !== "SIGKILL") reject(new Error(`the writer ended by itself with ${code}`));
      // A line that was cut off was not acknowledged in full.
      resolve(Number(text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1)));
    });
  });
}
