import { describe, expect, test } from "vitest";
import { ambientNames } from "./ambient.ts";
import { defaultExports, undocumentedExports } from "./exports.ts";
import { focusedTests } from "./focus.ts";
import { longFiles, longLines } from "./shape.ts";
import { parse, type Syntax } from "./syntax.ts";
import { readTree, type Source } from "./tree.ts";
import { looseTypes, zodImports } from "./types.ts";
import { listed, type Violation } from "./violation.ts";

const tree = readTree();
const syntax = parse(tree);

type Rule = (syntax: Syntax) => readonly Violation[];

/** What a rule says of one file with this text. */
function said(rule: Rule, path: string, text: string): readonly string[] {
  return listed(rule(parse([{ path, text }])));
}

test("the tree that is read holds the core, the functions, the strategies and the tests", () => {
  for (const path of ["core/index.ts", "functions/cli/main.ts", "test/floors/tree.ts"]) {
    expect(tree.map((source) => source.path)).toContain(path);
  }
  expect(tree.some(({ path }) => path.startsWith("strategies/"))).toBe(true);
  expect(syntax.files).toHaveLength(tree.length);
});

describe("below floor 4 time, chance and the world come in as arguments", () => {
  test("core and strategies use no ambient name that lets them in", () => {
    expect(listed(ambientNames(syntax))).toEqual([]);
  });

  test.each([
    ["const a = Date.now();", "Date.now"],
    ['const a = Date["now"]();', "Date.now"],
    ["const a = new Date();", "new Date()"],
    ["const a = new Date;", "new Date()"],
    ["const a = new Date(2024, 0, 1);", "time zone"],
    ["const a = Date();", "`Date`"],
    ["const { now } = Date;", "`Date`"],
    ["const clock = { Date };", "`Date`"],
    ['import { Temporal } from "temporal-polyfill"; Temporal.Now.instant();', "Temporal.Now"],
    ["const a = Math.random();", "Math.random"],
    ['const a = Math["random"]();', "Math.random"],
    ["const { random } = Math;", "`Math` is handed on whole"],
    ["const a = crypto.randomUUID();", "`crypto`"],
    ["setTimeout(() => 1, 5);", "`setTimeout`"],
    ["setInterval(() => 1, 5);", "`setInterval`"],
    ["setImmediate(() => 1);", "`setImmediate`"],
    ["const later = queueMicrotask;", "`queueMicrotask`"],
    ["const a = process.env.HOME;", "`process`"],
    ["function f(home = process.cwd()) { return home; }", "`process`"],
    ["const { home = process } = {};", "`process`"],
    ["const tools = { fetch };", "`fetch`"],
    ["console.log(1);", "`console`"],
    ["performance.now();", "`performance`"],
    ['const fs = require("node:fs");', "`require`"],
    ["globalThis.fetch;", "`globalThis`"],
    ['const a = await import("./b.ts");', "`import()`"],
  ])("%s is caught", (text, what) => {
    const [first, ...rest] = said(ambientNames, "core/domain/planted.ts", `\n${text}`);
    expect(rest).toEqual([]);
    expect(first).toMatch(/^core\/domain\/planted\.ts:2: /);
    expect(first).toContain(what);
    expect(said(ambientNames, "strategies/planted.ts", text)).toHaveLength(1);
    expect(said(ambientNames, "functions/cli/planted.ts", text)).toEqual([]);
  });

  test.each([
    "const a = new Date(0).getTime() + Date.UTC(2024, 0, 1);",
    "export const isDate = (a: unknown): a is Date => a instanceof Date;",
    "const a = Math.max(1, 2);",
    "const order = { process: 1, fetch: 2 }; order.process; order.fetch;",
    "function run(process: () => number) { return process(); }",
    "interface Host { fetch(): void; readonly performance: number }",
    'import { fetch } from "./fetch.ts"; fetch();',
    "// Date.now() and Math.random() in a comment, \"process\" in a string\nconst a = 'process';",
  ])("%s is allowed", (text) => {
    expect(said(ambientNames, "core/domain/planted.ts", text)).toEqual([]);
  });
});

describe("below floor 4 types are proven", () => {
  test("core and strategies have no `any` and no assertion but `as const`", () => {
    expect(listed(looseTypes(syntax))).toEqual([]);
  });

  test.each([
    ["const a: any = 1;", 1],
    ["function f(a: readonly any[]): any { return a; }", 2],
    ["const a = b as number;", 1],
    ["const a = b as unknown as number;", 2],
    ["const a = <number>b;", 1],
    ["const a = [1, 2] as const;", 0],
    ['import { a as b } from "./a.ts"; export { b as c };', 0],
    ["const a = { any: 1 } satisfies object;", 0],
  ])("%s has %i", (text, count) => {
    expect(said(looseTypes, "core/domain/planted.ts", text)).toHaveLength(count);
    expect(said(looseTypes, "functions/planted.ts", text)).toEqual([]);
  });

  test("zod is imported as a namespace everywhere", () => {
    expect(listed(zodImports(syntax))).toEqual([]);
    expect(said(zodImports, "core/a.ts", 'import { z } from "zod";')).toHaveLength(1);
    expect(said(zodImports, "core/a.ts", 'import z from "zod";')).toHaveLength(1);
    expect(said(zodImports, "core/a.ts", 'import type * as z from "zod";')).toEqual([]);
  });
});

describe("exports are named and documented", () => {
  test("nothing but a tool's configuration is exported as the default", () => {
    expect(listed(defaultExports(syntax))).toEqual([]);
  });

  test.each([
    "export default 1;",
    "export default function f() {}",
    "export default class A {}",
    "const a = 1; export { a as default };",
    'export { default } from "./a.ts";',
    "const a = 1; export = a;",
  ])("%s is caught", (text) => {
    expect(said(defaultExports, "functions/planted.ts", text)).toHaveLength(1);
    expect(said(defaultExports, "vitest.config.ts", text)).toEqual([]);
  });

  test("describing a package's default export is not exporting one", () => {
    const text = 'declare module "a" { const a: number; export default a; }';
    expect(said(defaultExports, "core/a.d.ts", text)).toEqual([]);
  });

  test("every export of core and functions has a doc comment", () => {
    expect(listed(undocumentedExports(syntax))).toEqual([]);
  });

  test.each([
    ["export const a = 1;", ["a"]],
    ["export const { a, b: [c] } = d;", ["a", "c"]],
    ["export function f() {}", ["f"]],
    ["export async function* f() {}", ["f"]],
    ["export class A {}", ["A"]],
    ["export interface A {}", ["A"]],
    ["export type A = 1;", ["A"]],
    ["const a = 1; export { a as b };", ["a"]],
    ["// not a doc comment\nexport const a = 1;", ["a"]],
    ["/** */\nexport const a = 1;", ["a"]],
    ["/** One. */\nexport const a = 1;", []],
    ["/** One. */\nexport const A = 1;\nexport type A = 1;", []],
    ["/** One. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;", []],
    ["/** One. */\nconst a = 1; export { a };", []],
    ['export { a } from "./a.ts"; export type { B } from "./b.ts"; export * from "./c.ts";', []],
    ["const hidden = 1;", []],
  ])("%s lacks a comment on %j", (text, names) => {
    const lines = said(undocumentedExports, "core/domain/planted.ts", text);
    expect(lines.map((line) => /`(\w+)`/.exec(line)?.[1])).toEqual(names);
    expect(said(undocumentedExports, "test/planted.ts", text)).toEqual([]);
  });
});

describe("a file can be read at a glance", () => {
  const of = (text: string): readonly Source[] => [{ path: "core/planted.ts", text }];

  test("no file is longer than 300 lines", () => {
    expect(listed(longFiles(tree))).toEqual([]);
    expect(longFiles(of("a\n".repeat(300)))).toEqual([]);
    expect(longFiles(of("a\n".repeat(301)))).toMatchObject([{ line: 301 }]);
  });

  test("no line is longer than 100 characters", () => {
    expect(listed(longLines(tree))).toEqual([]);
    expect(longLines(of(`a\n${"µ".repeat(100)}\n`))).toEqual([]);
    expect(longLines(of(`a\n${"µ".repeat(101)}\n`))).toMatchObject([{ line: 2 }]);
  });

  test("an address that stands alone may be longer, one inside of a sentence may not", () => {
    const address = `https://example.com/${"a".repeat(100)}`;
    expect(longLines(of(` * @see ${address}\n// ${address}\n`))).toEqual([]);
    expect(longLines(of(`// see ${address} for more\n`))).toHaveLength(1);
  });

  test("a message may be longer than code, up to a bound", () => {
    expect(longLines(of(`  "${"a".repeat(140)}",\n`))).toEqual([]);
    expect(longLines(of(`  "${"a".repeat(170)}",\n`))).toHaveLength(1);
    expect(longLines(of(`// "${"a".repeat(140)}"\n`))).toHaveLength(1);
  });
});

describe("every test runs", () => {
  test("no test is singled out or switched off", () => {
    expect(listed(focusedTests(syntax))).toEqual([]);
  });

  test.each([
    'it.only("a", f);',
    'test.skip("a", f);',
    'describe.concurrent.only("a", f);',
    'test.only.each([1])("a", f);',
    'test.todo("a");',
    'fit("a", f);',
    'xdescribe("a", f);',
  ])("%s is caught", (text) => {
    expect(said(focusedTests, "test/planted.test.ts", text)).toHaveLength(1);
  });

  test.each([
    'describe.skipIf(!existsSync("a"))("a", f);',
    'const text = "it.only";',
    'cursor.skip(1); fc.assert(test.extend({}).each([1])("a", f));',
  ])("%s is allowed", (text) => {
    expect(said(focusedTests, "test/planted.test.ts", text)).toEqual([]);
  });
});
