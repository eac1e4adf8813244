import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { emptyBook, openLedger } from "../../core/domain/ledger.ts";
import { LocalLeases } from "../../functions/localStore/localLeases.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { LocalSwitches } from "../../functions/localStore/localSwitches.ts";
import { storeContract } from "./contract.ts";
import { NONE, signal } from "./events.ts";

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
  const leases = new LocalLeases(store.tables);
  return { store, journal: store, outbox: store, switches, leases, date: "2024-07-01" };
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

  test("tells a file whose end is missing, at any length, and opens it once it is whole", async () => {
    const place = folder();
    const path = join(place, "books.lmdb");
    const store = new LocalStore({ folder: place, volatile: true });
    for (let i = 0; i < 150; i += 1) {
      store.commit({ ...NONE, events: [signal(i)], dedupe: `s${i}` });
    }
    await store.close();
    const whole = readFileSync(path);
    for (const share of [0.1, 0.3, 0.5, 0.7]) {
      writeFileSync(path, whole.subarray(0, Math.floor(whole.length * share)));
      expect(() => new LocalStore({ folder: place })).toThrow(/its end is missing/);
    }
    writeFileSync(path, whole.subarray(0, 5_000));
    expect(() => new LocalStore({ folder: place })).toThrow(/5000 bytes of something else/);
    writeFileSync(path, whole);
    const again = new LocalStore({ folder: place });
    expect(again.pending(1_000)).toHaveLength(150);
    await again.close();
  });

  test("tells a store of another layout by its name", async () => {
    const place = folder();
    const store = new LocalStore({ folder: place });
    store.tables.root.putSync("format", "bellwether.store.v0");
    await store.close();
    expect(() => new LocalStore({ folder: place })).toThrow(
      /expected a store of bellwether\.store\.v1, got bellwether\.store\.v0/,
    );
  });
});
