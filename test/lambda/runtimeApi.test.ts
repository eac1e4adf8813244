import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LambdaProcess } from "./runtimeApi.ts";

let folder: string;
const opened: LambdaProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bellwether-runtime-"));
});
afterAll(async () => {
  for (const one of opened) await one.close();
  await rm(folder, { recursive: true, force: true });
});

async function started(text: string, env: Readonly<Record<string, string>> = {}) {
  const file = join(folder, `${opened.length}.mjs`);
  await writeFile(file, text);
  const size = { memoryMb: 128, timeoutS: 3 };
  const made = await LambdaProcess.open({ name: "one", file, env, ...size, nowMs: () => 1_000 });
  opened.push(made);
  return made;
}

test("a handler is given its events one after the other, at the time that was set", async () => {
  const made = await started("export const handler = (e) => [e.n, Date.now(), new Date()];");
  const answers = await Promise.all([1, 2].map((n) => made.invoke({ n })));
  expect(answers).toEqual([1, 2].map((n) => [n, 1_000, "1970-01-01T00:00:01.000Z"]));
});

test("what it throws is told by name and words, and the next event is taken all the same", async () => {
  const made = await started(
    "export function handler(e) { if (e.bad) throw new RangeError('x'); }",
  );
  await expect(made.invoke({ bad: true })).rejects.toMatchObject({
    type: "RangeError",
    message: "x",
  });
  expect(await made.invoke({})).toBeNull();
});

test("it sees the variables that it was given, and none of this process", async () => {
  const made = await started("export const handler = () => process.env;", { TABLE_NAME: "t" });
  const env = Object(await made.invoke({}));
  expect(env.TABLE_NAME).toBe("t");
  expect(Object.keys(env).filter((name) => name === "HOME" || name === "VITEST")).toEqual([]);
});

test("a file outside of its folder cannot be read", async () => {
  const text =
    'import { readFileSync as r } from "node:fs"; export const handler = (e) => r(e.path);';
  const made = await started(text);
  const path = new URL("../../package.json", import.meta.url).pathname;
  await expect(made.invoke({ path })).rejects.toThrow(/restricted/);
});

test.each(["zod", "./other.mjs"])(
  "an import of %s, which is not in the bundle, fails",
  async (name) => {
    const made = await started(`import * as z from "${name}"; export const handler = () => z;`);
    await expect(made.invoke({})).rejects.toThrow(/Cannot find|restricted/);
  },
);
