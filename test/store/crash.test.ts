import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LocalStore } from "../../functions/localStore/localStore.ts";

const ROUNDS = 20;

const folders: string[] = [];
let writer: string;
let rival: string;

/** A fresh folder for a store. */
function fresh(): string {
  const made = mkdtempSync(join(tmpdir(), "bellwether-crash-"));
  folders.push(made);
  return made;
}

beforeAll(async () => {
  writer = await bundled("writer");
  rival = await bundled("rival");
});
afterAll(() => {
  for (const one of [...folders, writer, rival]) rmSync(one, { recursive: true, force: true });
});

test(`what was acknowledged is there, and nothing is half there, after ${ROUNDS} kills`, async () => {
  const folder = fresh();
  const last: number[] = [];
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
    last.push(acknowledged);
    await store.close();
  }
  expect(new Set(last).size).toBe(ROUNDS);
});

test("what another process was told is kept is what is read, though the book was read before", async () => {
  const folder = fresh();
  const store = new LocalStore({ folder });
  const child = spawn(process.execPath, [writer, folder]);
  const behind: string[] = [];
  await new Promise((resolve) => {
    child.on("close", resolve);
    child.stdout.on("data", (text) => {
      const acknowledged = Number(String(text).trim().split("\n").at(-1));
      const version = store.book("main")?.version ?? 0;
      if (version <= acknowledged) behind.push(`version ${version} after ${acknowledged}`);
      if (acknowledged >= 300) child.kill("SIGKILL");
    });
  });
  expect(store.book("main")?.version).toBeGreaterThan(300);
  expect(behind).toEqual([]);
  await store.close();
});

test("processes that write at the same time lose nothing of each other", async () => {
  const folder = fresh();
  await new LocalStore({ folder }).close();
  const ended = [0, 100, 200].map((first) => {
    const child = spawn(process.execPath, [rival, folder, String(first), "40"]);
    return new Promise((resolve) => child.on("close", resolve));
  });
  expect(await Promise.all(ended)).toEqual([0, 0, 0]);
  const store = new LocalStore({ folder });
  expect(store.book("main")?.version).toBe(120);
  const { entries } = store.read({ date: "2024-07-01", after: null, limit: 1_000 });
  expect(new Set(entries.map(({ event }) => event.id)).size).toBe(120);
  await store.close();
});

/** A script as one plain file: it starts in a fraction of the time that a loader takes. */
async function bundled(name: string): Promise<string> {
  const cache = join(process.cwd(), "node_modules", ".cache");
  const outfile = join(cache, `bellwether-${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [new URL(`./${name}.ts`, import.meta.url).pathname],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["lmdb"],
    logLevel: "error",
  });
  return outfile;
}

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
