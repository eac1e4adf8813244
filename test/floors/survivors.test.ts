import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ROOT } from "./tree.ts";

/** Changes that no test notices, each of a kind that test/README.md tells of. */
const survivors = z.array(
  z.strictObject({
    file: z.string(),
    /** The line in which it is, without the spaces around it. */
    line: z.string(),
    mutator: z.string(),
    to: z.string(),
    kind: z.enum(["same", "shape", "tool"]),
  }),
);
const report = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          status: z.string(),
          mutatorName: z.string(),
          replacement: z.string().optional(),
          location: z.object({ start: z.object({ line: z.int() }) }),
        }),
      ),
    }),
  ),
});

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const known = survivors.parse(JSON.parse(read("test/survivors.json")));
const linesOf = (text: string) => text.split("\n").map((line) => line.trim());
const REPORT = "dist/mutation/report.json";

/** A report from before a test was changed says nothing of what that test notices. */
function isNew(): boolean {
  if (!existsSync(join(ROOT, REPORT))) return false;
  const madeMs = statSync(join(ROOT, REPORT)).mtimeMs;
  const tests = ["domain", "execution", "risk"].flatMap((folder) =>
    readdirSync(join(ROOT, "test", folder)).map((name) => join(ROOT, "test", folder, name)),
  );
  return tests.every((path) => statSync(path).mtimeMs < madeMs);
}
const isThere = isNew();
if (!isThere) console.log(`left out: no report at ${REPORT} that is newer than the tests`);

describe("changes that no test notices", () => {
  test("are of lines that are still there, and are told once", () => {
    const gone = known.filter(({ file, line }) => !linesOf(read(file)).includes(line));
    expect(gone).toEqual([]);
    const names = known.map((one) => JSON.stringify([one.file, one.line, one.mutator, one.to]));
    expect(new Set(names).size).toBe(names.length);
  });

  test.skipIf(!isThere)("are all known where a report of the same code and tests is there", () => {
    const { files } = report.parse(JSON.parse(read(REPORT)));
    const current = Object.entries(files).filter(
      ([file, { source }]) => existsSync(join(ROOT, file)) && read(file) === source,
    );
    const found = current.flatMap(([file, { source, mutants }]) =>
      mutants
        .filter(({ status }) => status === "Survived" || status === "NoCoverage")
        .map(({ mutatorName, replacement = "", location }) => ({
          ...{ file, line: linesOf(source)[location.start.line - 1], mutator: mutatorName },
          to: replacement,
        })),
    );
    const isKnown = (one: (typeof found)[number]) =>
      known.some(
        ({ file, line, mutator, to }) =>
          file === one.file && line === one.line && mutator === one.mutator && to === one.to,
      );
    expect(found.filter((one) => !isKnown(one))).toEqual([]);
  });
});
