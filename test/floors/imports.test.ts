import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { importViolations } from "./imports.ts";
import { ROOT } from "./tree.ts";
import { listed } from "./violation.ts";

/** A small tree that keeps every rule, for offenders to be planted into. */
const SOUND: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module", "dependencies": { "zod": "1" } }',
  "node_modules/zod/package.json": '{ "name": "zod", "version": "1.0.0", "main": "index.js" }',
  "node_modules/zod/index.js": "exports.z = 1;",
  "node_modules/csv/package.json": '{ "name": "csv", "version": "1.0.0", "main": "index.js" }',
  "node_modules/csv/index.js": "exports.csv = 1;",
  "core/domain/bar.ts": "export type Bar = 1; export const bar = 1;",
  "core/index.ts": 'export { bar } from "./domain/bar.ts";',
  "core/ports/store.ts": 'import type { Bar } from "../domain/bar.ts"; export type Store = Bar;',
  "core/runtime/pump.ts":
    'import type { Store } from "../ports/store.ts"; export const pump = (store: Store) => store;',
  "strategies/cross.ts":
    'import * as z from "zod"; import { bar } from "../core/index.ts";\n' +
    "export const cross = [z, bar];",
  "functions/run.ts":
    'import { join } from "node:path"; import { cross } from "../strategies/cross.ts";\n' +
    'import { pump } from "../core/runtime/pump.ts"; export const run = [join, cross, pump];',
  "test/run.test.ts": 'import { run } from "../functions/run.ts"; export const kept = run;',
};

/** What the rules say of the sound tree with these files put in. */
async function said(planted: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = mkdtempSync(join(tmpdir(), "bellwether-floors-"));
  try {
    for (const [path, text] of Object.entries({ ...SOUND, ...planted })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${text}\n`);
    }
    return listed(await importViolations(root));
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe("imports go downward only", () => {
  test("the tree keeps to its floors, without cycles, orphans and dead ends", async () => {
    expect(listed(await importViolations(ROOT))).toEqual([]);
  });

  test("a sound tree breaks no rule", async () => {
    expect(await said({})).toEqual([]);
  });

  test.each([
    ["core/domain/up.ts", "../index.ts", "floor 0, core/<subject>"],
    ["core/domain/up.ts", "../ports/store.ts", "floor 0, core/<subject>"],
    ["core/domain/up.ts", "../runtime/pump.ts", "floor 0, core/<subject>"],
    ["core/domain/up.ts", "../../strategies/cross.ts", "floor 0, core/<subject>"],
    ["core/domain/up.ts", "../../functions/run.ts", "floor 0, core/<subject>"],
    ["core/domain/up.ts", "../../test/run.test.ts", "floor 0, core/<subject>"],
    ["core/index.ts", "./runtime/pump.ts", "floor 0, core's public face"],
    ["core/ports/up.ts", "../runtime/pump.ts", "floor 1, core/ports"],
    ["core/runtime/up.ts", "../../strategies/cross.ts", "floor 2, core/runtime"],
    ["core/runtime/up.ts", "../../functions/run.ts", "floor 2, core/runtime"],
    ["strategies/up.ts", "../core/domain/bar.ts", "floor 3, strategies"],
    ["strategies/up.ts", "../core/runtime/pump.ts", "floor 3, strategies"],
    ["strategies/up.ts", "../functions/run.ts", "floor 3, strategies"],
    ["functions/up.ts", "../test/run.test.ts", "floor 4, functions"],
    ["stacks/up.ts", "../test/run.test.ts", "floor 5, stacks"],
    ["core/domain/up.ts", "node:fs", "core's packages"],
    ["core/runtime/up.ts", "crypto", "core's packages"],
    ["strategies/up.ts", "node:fs", "a strategy's packages"],
    ["core/domain/up.ts", "csv", "core's packages"],
    ["functions/up.ts", "csv", "packages at hand when installed"],
    ["functions/up.ts", "./nowhere.ts", "imports lead somewhere"],
    ["functions/up.ts", "no-such-package", "imports lead somewhere"],
  ])("%s importing %s breaks %s, by value and by type", async (path, imported, rule) => {
    for (const kind of ["import", "import type"]) {
      const lines = await said({
        [path]: `// why\n${kind} * as a from "${imported}"; export { a };`,
      });
      const own = lines.filter((line) => line.includes(`(${rule})`));
      expect(own).toHaveLength(1);
      expect(own[0]).toMatch(new RegExp(`^${path}:2: imports `));
    }
  });

  test.each([
    'export * from "../runtime/pump.ts";',
    'export const late = import("../runtime/pump.ts");',
    'export type Late = import("../runtime/pump.ts").Pump;',
  ])("%s counts as an import", async (text) => {
    const lines = await said({ "core/domain/up.ts": text });
    expect(lines.filter((line) => line.includes("(floor 0, core/<subject>)"))).toHaveLength(1);
  });

  test("a package for development may not be used outside of test", async () => {
    const planted = {
      "package.json":
        '{ "type": "module", "dependencies": { "zod": "1" }, "devDependencies": { "csv": "1" } }',
      "test/csv.test.ts": 'import * as csv from "csv"; export { csv };',
    };
    expect(await said(planted)).toEqual([]);
    const lines = await said({ ...planted, "functions/csv.ts": 'import "csv";' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("(packages at hand when installed)");
  });

  test.each(["import", "import type"])("a cycle by `%s` is caught", async (kind) => {
    const lines = await said({
      "core/domain/a.ts": `${kind} { B } from "./b.ts"; export type A = B;`,
      "core/domain/b.ts": `${kind} { A } from "./a.ts"; export type B = A;`,
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("core/domain/a.ts → core/domain/b.ts → core/domain/a.ts");
    expect(lines[0]).toContain("(no import cycle)");
  });

  test("a file that nothing uses and that uses nothing is caught", async () => {
    const lines = await said({ "functions/alone.ts": "export const alone = 1;" });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("functions/alone.ts:1: (no orphan)");
  });

  test("a folder without any file is an error, not a pass", async () => {
    const empty = mkdtempSync(join(tmpdir(), "bellwether-floors-"));
    await expect(importViolations(empty)).rejects.toThrow();
    rmSync(empty, { recursive: true });
  });
});
