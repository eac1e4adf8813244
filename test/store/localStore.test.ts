import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { emptyBook, openLedger } from "../../core/domain/ledger.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { LocalSwitches } from "../../functions/localStore/localSwitches.ts";
import { storeContract } from "./contract.ts";
import { signal } from "./events.ts";

const NONE = { profile: null, profileVersion: 0, profileState: null };
const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "bellwether-store-"));
  folders.push(made);
  return made;
}

afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true });
});

storeContract("a store in a folder", async () => {
  const store = new LocalStore({ folder: folder(), volatile: true });
  const switches = new LocalSwitches(store.tables);
  return { store, journal: store, switches, date: "2024-07-01" };
});

describe("a store in a folder", () => {
  test("keeps what was committed, exact to the billionth, after it is opened again", async () => {
    const place = folder();
    const store = new LocalStore({ folder: place });
    const book = openLedger(emptyBook("main", "margin"), "mix", decimal("100000.000000001"));
    store.commit({
      ...NONE,
      account: "main",
      bookVersion: 0,
      book,
      events: [signal(1)],
      dedupe: null,
    });
    await store.close();
    const again = new LocalStore({ folder: place });
    expect(again.book("main")).toEqual({ version: 1, value: book });
    expect(again.event("signal.1")).toEqual(signal(1));
    await again.close();
  });

  test("is read by another while it is written, switches too", async () => {
    const place = folder();
    const writer = new LocalStore({ folder: place });
    const reader = new LocalStore({ folder: place, readOnly: true });
    const halt = { kind: "profile", name: "mix", reason: "drill", by: "test", sinceMs: 1 } as const;
    new LocalSwitches(writer.tables).halt(halt);
    new LocalSwitches(writer.tables).halt({ ...halt, reason: "again" });
    expect(new LocalSwitches(reader.tables).halts("mix", "main")).toEqual([halt]);
    expect(new LocalSwitches(reader.tables).halts("other", "main")).toEqual([]);
    new LocalSwitches(writer.tables).resume(halt);
    expect(new LocalSwitches(writer.tables).all()).toEqual([]);
    await writer.close();
  });

  test("says what is wrong with a folder that holds no store", () => {
    expect(() => new LocalStore({ folder: folder(), readOnly: true })).toThrow(/found none/);
    const place = folder();
    writeFileSync(join(place, "books.lmdb"), "this is no store at all".repeat(1000));
    expect(() => new LocalStore({ folder: place })).toThrow(/books\.lmdb: expected a store/);
  });

  test("loses nothing that was acknowledged when its process is killed at any moment", async () => {
    const place = folder();
    let next = 0;
    for (let round = 0; round < 5; round += 1) {
      const acknowledged = await killedAfter(place, next, 20 + round * 7);
      const store = new LocalStore({ folder: place });
      for (let i = 0; i <= acknowledged; i += 1) expect(store.event(`signal.${i}`)).toBeDefined();
      next = store.pending(100_000).length;
      expect(next).toBeGreaterThan(acknowledged);
      await store.close();
    }
  }, 60_000);
});

/** Lets a process write from a number on, kills it, and answers the last it acknowledged. */
function killedAfter(place: string, from: number, lines: number): Promise<number> {
  const script = new URL("./writer.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", script, place, String(from)]);
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split("\n").length > lines) child.kill("SIGKILL");
  });
  return new Promise((resolve) => {
    child.on("exit", () => resolve(Number(text.trim().split("\n").at(-1))));
  });
}
