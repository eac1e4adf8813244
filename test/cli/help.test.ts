import type { Command } from "commander";
import { expect, test } from "vitest";
import { programOf } from "../../functions/cli/main.ts";
import { recordingTerminal, run } from "./terminal.ts";

/** Every command that does something, as words. */
function leaves(command: Command, words: readonly string[] = []): readonly [string, Command][] {
  const own = command.commands.filter((one) => one.name() !== "help");
  if (own.length === 0) return [[words.join(" "), command]];
  return own.flatMap((one) => leaves(one, [...words, one.name()]));
}

const all = leaves(programOf(recordingTerminal().terminal));

/** What these print is JSON whatever is asked for, or nothing that a program would read. */
const WITHOUT_JSON = ["schema", "new strategy", "secrets set"];

test("there are commands", () => {
  expect(all.length).toBeGreaterThan(25);
});

test.each(all)("`%s` explains itself with an example of its own", async (words) => {
  const { code, out } = await run(...words.split(" "), "--help");
  expect(code).toBe(0);
  const examples = out.slice(out.indexOf("\nExample"));
  expect(examples).toMatch(new RegExp(`^\\nExamples?:\\n(.*\\n)*? {2}.*bellwether ${words}\\b`));
});

test.each(all)("`%s` says what each of its options and arguments means", (_, command) => {
  for (const { flags, description } of command.options) {
    expect([flags, description]).not.toContain("");
  }
});

test.each(all)("`%s` prints JSON where a program may read it", (words, command) => {
  const has = command.options.some(({ long }) => long === "--json");
  expect(has || WITHOUT_JSON.includes(words)).toBe(true);
});

test.each(all)("`%s` answers 2 to an option that it does not have", async (words) => {
  const { code, err, out } = await run(...words.split(" "), "--no-such-option");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/unknown option|missing required|required option/);
});
