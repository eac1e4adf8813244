import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test, vi } from "vitest";
import { run } from "../cli/terminal.ts";
import { evil, FUZZ_TIMEOUT_MS, fuzz } from "./fuzz.ts";

vi.setConfig({ testTimeout: FUZZ_TIMEOUT_MS });

const empty = mkdtempSync(join(tmpdir(), "bellwether-words-"));
afterAll(() => rmSync(empty, { recursive: true, force: true }));

/** Commands that end by themselves and ask nobody outside, with the options that take a value. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  replay: ["--from", "--to", "--fees", "--slippage", "--cash", "--latency", "--participation"],
  simulate: ["--seed", "--runs", "--faults", "--minutes", "--threads", "--for", "--crash"],
  sweep: ["--grid", "--threads", "--out-of-sample", "--top", "--fees", "--seed"],
  strategies: ["--of"],
  indicators: ["--json"],
  schema: ["--out"],
  orders: ["--date", "--store"],
  why: ["--store"],
  journal: ["--date", "--store", "--type"],
  parity: ["--date", "--file"],
  kill: ["--store", "--reason"],
  exchange: ["--speed", "--port", "--cash", "--seed", "--rate-limit", "--plan"],
  serve: ["--replay", "--from", "--to", "--webhook", "--notify", "--secrets"],
};

/** Words that no command could take: a line with one of them is wrong, whatever else is in it. */
const bad = fc.oneof(
  evil.filter((word) => !/^\d*$/.test(word) && !word.includes("\0") && word.length < 3_000),
  fc.constantFrom("../../../../etc/passwd", "--no-such", "-z", "nobody-has-this", "2024-13-45"),
);

const line = fc
  .constantFrom(...Object.keys(COMMANDS))
  .chain((command) =>
    fc
      .array(fc.tuple(fc.constantFrom(...(COMMANDS[command] ?? [])), bad), { maxLength: 3 })
      .chain((options) => fc.tuple(fc.constant(command), bad, fc.constant(options.flat()))),
  );

test("a wrong command line ends with code 2 and words for people, never with a stack", async () => {
  await fc.assert(
    fc.asyncProperty(line, async ([command, word, options]) => {
      const { code, out, err } = await run(
        command,
        `nobody ${word}`,
        ...options,
        "--no-such-option",
      );
      expect(code, `${command} ${word} ${options.join(" ")}`).toBe(2);
      expect(err).not.toBe("");
      expect(out + err).not.toMatch(/\n {4}at |node_modules|the run failed/);
    }),
    fuzz("command lines with an unknown option", 150),
  );
});

test("values that are none are refused by name", async () => {
  const options = fc.constantFrom(
    ...["seed", "runs", "faults", "minutes", "threads", "for"].map((name) => `--${name}`),
  );
  await fc.assert(
    fc.asyncProperty(options, bad, async (option, value) => {
      const { code, err } = await run("simulate", "--runs", "0", `${option}=${value}`);
      expect(code, `${option}=${value}`).toBe(2);
      expect(err).toContain(option);
      expect(err).not.toMatch(/\n {4}at /);
    }),
    fuzz("values of options", 150),
  );
});

test("stores and dates that are none are refused", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("orders", "journal", "parity", "why"),
      bad,
      async (name, word) => {
        const words = name === "why" ? [name, "x"] : [name, `--date=${word}`];
        const { code, err } = await run(...words, `--store=${join(empty, "none")}`);
        expect(code, `${name} ${word}`).toBe(2);
        expect(err).not.toMatch(/\n {4}at /);
      },
    ),
    fuzz("dates and stores", 100),
  );
});
