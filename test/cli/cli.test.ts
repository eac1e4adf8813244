import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { replayResult } from "../../core/runtime/result.ts";
import { run } from "./terminal.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bellwether-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("bellwether", () => {
  test("explains itself with examples, everywhere", async () => {
    for (const command of [
      [],
      ["replay"],
      ["strategies"],
      ["indicators"],
      ["new", "strategy"],
      ["schema"],
    ]) {
      const { code, out } = await run(...command, "--help");
      expect(code).toBe(0);
      expect(out).toMatch(/Examples?:\n {2}bellwether/);
    }
  });

  test("answers 2 to what it does not know, and says how to go on", async () => {
    for (const args of [
      ["rpelay"],
      ["replay", "--feees", "none"],
      ["strategies", "nope"],
      ["indicators", "nope"],
    ]) {
      const { code, err } = await run(...args);
      expect(code).toBe(2);
      expect(err).toMatch(/--help|expected/);
      expect(err).not.toMatch(/\n {4}at /);
    }
  });
});

describe("bellwether replay", () => {
  test("prints a table, and writes the report and the whole result", async () => {
    const json = join(folder, "result.json");
    const report = join(folder, "deep", "report.html");
    const { code, out } = await run("replay", "aapl-trend", "--json", json, "--report", report);
    expect(code).toBe(0);
    expect(out).toMatch(/aapl-trend +ema-cross/);
    const result = z.decode(replayResult, JSON.parse(await readFile(json, "utf8")));
    expect(result.profiles[0]?.fills.length).toBeGreaterThan(10);
    expect(result.profiles[0]?.orders.every(({ events }) => events.length > 1)).toBe(true);
    const page = await readFile(report, "utf8");
    expect(page).toContain("<!doctype html>");
    expect(page).not.toMatch(/(?:src|href)="https?:\/\/[^"]*\.(?:js|css)"/);
  });

  test("--json prints the result and nothing else, the same bytes each time", async () => {
    const one = await run("replay", "aapl-trend", "--json");
    const other = await run("replay", "aapl-trend", "--json");
    expect(other.out).toBe(one.out);
    const { run: identity, profiles } = z.decode(replayResult, JSON.parse(one.out));
    expect(identity.profileHash).toMatch(/^[0-9a-f]{64}$/);
    expect(profiles[0]?.orderListHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("--fidelity strict gives the same order list", async () => {
    const hashOf = async (...more: string[]) => {
      const { out } = await run("replay", "aapl-trend", "tech-rotation", "--json", ...more);
      return z.decode(replayResult, JSON.parse(out)).profiles.map((one) => one.orderListHash);
    };
    expect(await hashOf("--fidelity", "strict")).toEqual(await hashOf());
  });

  test("costs lower the result, and dates cut it", async () => {
    const endOf = async (...more: string[]) => {
      const { out } = await run("replay", "aapl-trend", "--json", ...more);
      return z.decode(replayResult, JSON.parse(out)).profiles[0];
    };
    const free = await endOf();
    const dear = await endOf("--fees", "bps:10", "--slippage", "bps:10");
    expect(dear?.equity.at(-1)?.equity).toBeLessThan(free?.equity.at(-1)?.equity ?? 0);
    const cut = await endOf("--from", "2015-01-01", "--to", "2015-12-31");
    expect(cut?.fills.every(({ timeMs }) => timeMs >= Date.UTC(2015, 0, 1))).toBe(true);
    expect(cut?.toMs).toBeLessThan(Date.UTC(2016, 0, 1));
  });

  test.each([
    [["replay"], /give profiles/],
    [["replay", "nope"], /expected a profile .*aapl-trend.*"nope"/],
    [["replay", "aapl-trend", "--fees", "cheap"], /fees: expected none, .*"cheap"/],
    [["replay", "aapl-trend", "--slippage", "bps:x"], /slippage: expected/],
    [["replay", "aapl-trend", "--from", "2015-02-30"], /--from: expected a date.*2015-02-30/],
    [["replay", "aapl-trend", "--participation", "2"], /--participation: expected a share/],
    [["replay", "aapl-trend", "--seed", "1.5"], /--seed: expected a whole number/],
    [["replay", "aapl-trend", "--data", "/nowhere"], /AAPL, or finer ones, looked for/],
    [["replay", "aapl-trend", "--actions", "/nowhere.csv"], /nowhere\.csv/],
    [["replay", "--strategy", "ema-cross"], /give the instruments too/],
    [
      ["replay", "--strategy", "ema-cross", "--symbols", "X", "--params", "fsat=3"],
      /fast, slow, stopAtr.*"fsat"/,
    ],
    [
      ["replay", "--strategy", "ema-cross", "--symbols", "X", "--params", "fast=1", "--data", "."],
      /params\.fast/,
    ],
    [["replay", "--strategy", "ema-cross", "--symbols", "x!", "--data", "."], /universe.*ticker/],
    [
      ["replay", "--strategy", "ema-cross", "--symbols", "X", "--bars", "2h", "--data", "."],
      /time frame.*"2h"/,
    ],
  ])("answers 2 to %j and names what is wrong", async (args, message) => {
    const { code, err, out } = await run(...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(out).toBe("");
  });
});

describe("bellwether strategies and indicators", () => {
  test("list parameters with types, defaults, ranges and meaning", async () => {
    const { out } = await run("strategies", "ema-cross");
    expect(out).toMatch(/fast +integer +12 +≥ 2 +Fast EMA length/);
    const json: unknown = JSON.parse((await run("strategies", "--json")).out);
    expect(JSON.stringify(json)).toContain("opening-range");
  });

  test("list every indicator", async () => {
    const { out } = await run("indicators");
    for (const name of ["sma", "macd", "ichimoku", "parabolic-sar"]) expect(out).toContain(name);
  });
});

describe("bellwether new strategy", () => {
  test("writes a strategy, a profile and a test, and never over what is there", async () => {
    const first = await run("new", "strategy", "my-idea", "--root", folder);
    expect(first.code).toBe(0);
    const strategy = await readFile(join(folder, "strategies/my-idea.ts"), "utf8");
    expect(strategy).toContain('name: "my-idea"');
    const again = await run("new", "strategy", "my-idea", "--root", folder);
    expect(again.code).toBe(2);
    expect(again.err).toMatch(/is there already/);
    expect(await readFile(join(folder, "strategies/my-idea.ts"), "utf8")).toBe(strategy);
  });

  test("refuses names that are none, and paths", async () => {
    for (const name of ["My Idea", "../x", "a/b", ""]) {
      expect((await run("new", "strategy", name, "--root", folder)).code).toBe(2);
    }
  });
});

test("the published schema accepts what is written", async () => {
  const schema: unknown = JSON.parse((await run("schema")).out);
  expect(schema).toMatchObject({
    type: "object",
    required: expect.arrayContaining(["run", "profiles"]),
  });
});
