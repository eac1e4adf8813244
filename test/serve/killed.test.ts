import { spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { run } from "../cli/terminal.ts";
import { ROOT } from "../floors/tree.ts";

const dataDir = "../shared/data";
const hasShared = existsSync(dataDir);
if (!hasShared)
  console.warn("left out: recorded days that are served and killed: no ../shared/data");

const folder = mkdtempSync(join(tmpdir(), "bellwether-killed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DAY = "2013-10-08";
const SERVE = ["serve", "minutes-breakout", "--data", dataDir, "--replay", DAY, "--store"];

/** Lines that a server has written of its exchange. */
function linesIn(store: string): readonly string[] {
  const [file] = existsSync(store) ? readdirSync(store).filter(isLog) : [];
  return file === undefined ? [] : readFileSync(join(store, file), "utf8").split("\n");
}

function isLog(name: string): boolean {
  return name.startsWith("exchange.");
}

/** Serves in a process of its own, which is killed once its exchange was told so much. */
async function killedAt(store: string, lines: number): Promise<NodeJS.Signals | null> {
  const bin = join(ROOT, "functions/cli/bellwether.mjs");
  const child = spawn(process.execPath, [bin, ...SERVE, store], { cwd: ROOT, stdio: "ignore" });
  const watcher = watch(folder, { recursive: true }, () => {
    if (linesIn(store).length >= lines) child.kill("SIGKILL");
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve) =>
    child.once("exit", (_, by) => resolve(by)),
  );
  watcher.close();
  return signal;
}

const fillsIn = async (store: string, date = DAY) =>
  JSON.parse((await run("fills", "--store", store, "--date", date, "--json")).out);

describe.skipIf(!hasShared)("a recorded day", () => {
  const whole = join(folder, "whole");

  test("that is killed goes on where it was, to the same fills", async () => {
    const played = JSON.parse((await run(...SERVE, whole, "--json")).out);
    expect(played).toEqual({ moments: 390, store: whole });
    const store = join(folder, "killed");
    for (const lines of [3, 12]) expect(await killedAt(store, lines)).toBe("SIGKILL");
    const last = await run(...SERVE, store);
    expect(last).toMatchObject({
      code: 0,
      err: expect.stringContaining("goes on at 2013-10-08T1"),
    });
    expect(last.err).not.toContain("differs");
    expect(await fillsIn(store)).toEqual(await fillsIn(whole));
    const parity = await run("parity", "--store", store, "--date", DAY);
    expect(parity).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^390 of 390 .* 12 orders/),
    });
  }, 120_000);

  test("that is over is not played again, and a day without data is said to have none", async () => {
    const fills = await fillsIn(whole);
    const again = await run(...SERVE, whole);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining("nothing was left") });
    expect(await fillsIn(whole)).toEqual(fills);
    const [command, ...rest] = SERVE;
    const next = rest.map((word) => (word === DAY ? "2013-10-09" : word));
    expect(await run(command ?? "", ...next, whole)).toMatchObject({ code: 2 });
  }, 60_000);

  test("is read by dates that are in order", async () => {
    const back = ["--from", DAY, "--to", "2013-10-07"];
    const { code, err } = await run("journal", "--store", whole, ...back);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining("--to: expected a date"),
    });
  });

  test("goes on with what was asked of the exchange, but for a line that is half there", async () => {
    const [name = ""] = readdirSync(whole).filter(isLog);
    const file = join(whole, name);
    const before = readFileSync(file, "utf8");
    appendFileSync(file, '{"timeMs":13812');
    expect((await run(...SERVE, whole)).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(before);
    writeFileSync(file, before.replace("POST", '"'));
    const damaged = await run(...SERVE, whole);
    expect(damaged).toMatchObject({
      code: 2,
      err: expect.stringMatching(/jsonl:\d+: expected a req/),
    });
    writeFileSync(file, before);
    const other = await run(...SERVE, whole, "--fees", "bps:5");
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining("fees none") });
  }, 60_000);
});

describe.skipIf(!hasShared)("serving a recording", () => {
  const replayed = async (profile: string, ...words: string[]) => {
    const { out } = await run("replay", profile, "--data", dataDir, ...words, "--json");
    const [{ fills }] = JSON.parse(out).profiles;
    return fills.map((one: Fill) => [one.orderId, one.symbol, one.quantity, one.price].join(" "));
  };
  const served = async (profile: string, from: string, to: string, ...words: string[]) => {
    const store = join(folder, `${profile}-${from}`);
    const range = ["--from", from, "--to", to, "--store", store];
    const { code, err } = await run("serve", profile, "--data", dataDir, ...range, ...words);
    expect(code).toBe(0);
    const { out } = await run("fills", "--from", from, "--to", to, "--store", store, "--json");
    const fills = JSON.parse(out).map((one: Record<string, string>) =>
      [one.order, one.symbol, one.quantity, one.price].join(" "),
    );
    return { err, fills };
  };

  test("brings its splits: the fills of a replay, and nights that compare alike", async () => {
    const range = ["--from", "2008-07-15", "--to", "2008-08-05"];
    const { fills, err } = await served("sixty-forty", "2008-07-15", "2008-08-05");
    expect(fills).toHaveLength(2);
    expect(fills).toEqual(await replayed("sixty-forty", ...range));
    expect(err).not.toMatch(/warning|page/);
  }, 120_000);

  test("goes on from one stretch to the next with what is held", async () => {
    const store = ["--store", join(folder, "in-two")];
    for (const [from, to] of [
      ["2008-07-15", "2008-07-22"],
      ["2008-07-23", "2008-08-05"],
    ] as const) {
      const range = ["--from", from, "--to", to];
      const { code, err } = await run(
        "serve",
        "sixty-forty",
        "--data",
        dataDir,
        ...range,
        ...store,
      );
      expect({ code, err }).toEqual({ code: 0, err: expect.not.stringMatching(/warning|page/) });
    }
    const all = ["--from", "2008-07-15", "--to", "2008-08-05"];
    expect(JSON.parse((await run("fills", ...all, ...store, "--json")).out)).toHaveLength(2);
    const held = JSON.parse((await run("positions", ...store, "--json")).out);
    const { out } = await run(
      "positions",
      "--store",
      join(folder, "sixty-forty-2008-07-15"),
      "--json",
    );
    expect(held).toEqual(JSON.parse(out));
  }, 60_000);

  test("takes recorded signals, and no webhook beside them", async () => {
    const signals = ["--signals", "test/golden/signals.jsonl"];
    const { fills } = await served("webhook-spy", "2010-02-01", "2010-06-01", ...signals);
    const orders = (all: readonly string[]) => all.map((line) => line.split(" ")[0]);
    const range = ["--from", "2010-02-01", "--to", "2010-06-01"];
    expect(fills.length).toBeGreaterThan(1);
    expect(orders(fills)).toEqual(orders(await replayed("webhook-spy", ...range, ...signals)));
    const beside = await run("serve", "webhook-spy", "--webhook", "0", "--store", folder);
    expect(beside).toMatchObject({ code: 2, err: expect.stringContaining("--url or --paper") });
  }, 60_000);
});

interface Fill {
  readonly orderId: string;
  readonly symbol: string;
  readonly quantity: string;
  readonly price: string;
}
