import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../floors/tree.ts";
import { blocksOf, commandsOf } from "./blocks.ts";
import { typeErrors } from "./compile.ts";
import { type Copy, copyOfCheckout } from "./copy.ts";

const path = join(ROOT, "README.md");
const readme = existsSync(path) ? readFileSync(path, "utf8") : "";
const typescript = (text: string) => blocksOf(text).filter(({ language }) => language === "ts");
const fenced = (language: string, ...lines: readonly string[]) =>
  ["Before.", `\`\`\`${language}`, ...lines, "```", "After."].join("\n");

describe("the README's code", () => {
  let copy: Copy;
  beforeAll(() => {
    copy = copyOfCheckout();
  });
  afterAll(() => copy.remove());

  test("is there: TypeScript that is checked and commands that are run", () => {
    expect(existsSync(path), `${path} is missing: write it, its code is tested here`).toBe(true);
    expect(typescript(readme), "README.md has no ```ts block").not.toEqual([]);
    const run = commandsOf(readme).filter(({ notRun }) => notRun === null);
    expect(run, "README.md has no `npx bellwether …` in a ```sh block").not.toEqual([]);
  });

  test("type-checks with the project's settings", () => {
    expect(typeErrors(typescript(readme)).map((error) => `README.md:${error}`)).toEqual([]);
  });

  test("runs: every command ends with exit code 0", { timeout: 600_000 }, () => {
    const failed = commandsOf(readme)
      .filter(({ notRun }) => notRun === null)
      .map((command) => ({ ...command, ...copy.run(command.text) }))
      .filter(({ code }) => code !== 0)
      .map(
        ({ line, text, code, output }) => `README.md:${line}: "${text}" ended ${code}: ${output}`,
      );
    expect(failed).toEqual([]);
  });

  test("that fails is noticed: the exit code and the output come back", () => {
    const { code, output } = copy.run("node functions/cli/bellwether.mjs no-such-command");
    expect(code).not.toBe(0);
    expect(output).not.toBe("");
    expect(copy.run("true").code).toBe(0);
  });
});

describe("blocks", () => {
  test("carry their language, their code and the line it starts on", () => {
    const text = `${fenced("ts", "const a = 1;", "")}\n${fenced("", "drawn")}`;
    expect(blocksOf(text)).toEqual([
      { language: "ts", line: 3, code: "const a = 1;\n" },
      { language: "", line: 9, code: "drawn" },
    ]);
  });

  test("may not be left open", () => {
    expect(() => blocksOf("a\n```ts\nconst a = 1;")).toThrow("line 2: the fence is never closed");
  });

  test("of TypeScript see the core and the strategies, and are checked strictly", () => {
    const first = 'import { ema } from "../core/index.ts";';
    const wrong = ["const a: string | undefined = [''][0];", "export const b: string = a;"];
    expect(typeErrors(typescript(fenced("ts", first, "export const a = ema(3);")))).toEqual([]);
    expect(typeErrors(typescript(fenced("ts", first, 'export const a = ema("3");')))).toEqual([
      expect.stringMatching(/^4: .*not assignable to parameter of type 'number'/),
    ]);
    expect(typeErrors(typescript(fenced("ts", ...wrong)))).toEqual([
      expect.stringMatching(/^4: .*'undefined' is not assignable/),
    ]);
    expect(typeErrors(typescript(fenced("ts", "const = 1;")))).not.toEqual([]);
    expect(
      typeErrors(typescript(fenced("ts", 'import { a } from "../core/nowhere.ts"; a;'))),
    ).not.toEqual([]);
  });
});

describe("commands", () => {
  test("are lines of shell blocks, joined where a backslash ends one", () => {
    const text = fenced(
      "sh",
      "# Ask.",
      "npx bellwether --help",
      "npx bellwether \\",
      "  --version",
    );
    expect(commandsOf(text)).toEqual([
      { line: 4, text: "npx bellwether --help", notRun: null },
      { line: 6, text: "npx bellwether --version", notRun: null },
    ]);
    expect(commandsOf(fenced("text", "npx bellwether"))).toEqual([]);
  });

  test("below a mark are left out down to the next empty line", () => {
    const text = fenced("sh", "# not run: installs", "npm install", "npm start", "", "npm test");
    expect(() => commandsOf(text)).toThrow('line 7: "npm test" is not run by any test');
    expect(commandsOf(text.replace("npm test", "npx bellwether"))).toMatchObject([
      { text: "npm install", notRun: "installs" },
      { text: "npm start", notRun: "installs" },
      { text: "npx bellwether", notRun: null },
    ]);
  });

  test("behind which a mark stands are left out alone, and a mark gives its reason", () => {
    const text = fenced("sh", "npm test # not run: it runs this", "npx bellwether");
    expect(commandsOf(text).map(({ notRun }) => notRun)).toEqual(["it runs this", null]);
    expect(() => commandsOf(fenced("sh", "# not run:", "npm test"))).toThrow("line 4");
  });
});
