import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { bundle } from "../../functions/bundle/bundle.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "bellwether-bundles-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Calls a bundle as Lambda would: from a folder of its own, with these variables alone. */
async function called(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const file = join(folder, `${name}.mjs`);
  await bundle(new URL(`../../functions/${name}/lambda.ts`, import.meta.url).pathname, file);
  const script =
    `import(${JSON.stringify(file)}).then((m) => m.handler({ Records: [] }))` +
    '.then((a) => console.log(JSON.stringify(a)), (e) => console.log(e.name + ": " + e.message))';
  const { stdout } = await run(process.execPath, ["-e", script], { cwd: folder, env: { ...env } });
  return stdout.trim();
}

describe("a bundled entry point stands by itself, and names what its environment lacks", () => {
  test.each(["decide", "execute", "updates", "reconcile", "schedule"])(
    "%s",
    async (name) => {
      expect(await called(name, {})).toMatch(/^InputError: STAGE: /);
    },
    30_000,
  );

  test("publish", async () => {
    expect(await called("publish", {})).toMatch(/^InputError: BUS_NAME: /);
    expect(await called("publish", { BUS_NAME: "bus", AWS_REGION: "us-east-1" })).toBe(
      '{"batchItemFailures":[]}',
    );
  }, 30_000);

  test("with its variables it starts, and refuses what is no event by the field", async () => {
    const env = { STAGE: "dev", TABLE_NAME: "t", AWS_REGION: "us-east-1" };
    expect(await called("decide", env)).toMatch(/^InputError: bus event: id: /);
  }, 30_000);
});
