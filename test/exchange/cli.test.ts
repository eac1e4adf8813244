import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../functions/cli/main.ts";
import { fault } from "../../functions/exchange/faults.ts";
import { recordingTerminal } from "../cli/terminal.ts";
import { ROOT } from "../floors/tree.ts";
import { blocksOf } from "../readme/blocks.ts";
import { typeErrors } from "../readme/compile.ts";
import { KEYS } from "./rigs.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bellwether-exchange-"));
  await mkdir(join(folder, "minute"));
  const rows = Array.from({ length: 30 }, (_, i) => {
    const minute = String(30 + i).padStart(2, "0");
    return `2024-06-03T13:${minute}:00Z,10,11,9,10,100`;
  });
  const text = ["timestamp,open,high,low,close,volume", ...rows, ""].join("\n");
  await writeFile(join(folder, "minute", "AAA_2024-06-03_trades.csv"), text);
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command until it has said where it listens. */
function started(...args: string[]) {
  const { terminal, said } = recordingTerminal(100);
  const ended = main(["node", "bellwether", "exchange", ...args], terminal);
  const first = async () => {
    while (said.out === "") await turn();
    return said.out;
  };
  return { ended, first, said: () => ({ out: said.out, err: said.err }) };
}

const all = () => ["--data", folder, "--port", "0"];

describe("bellwether exchange", () => {
  it("says where it listens in one line of JSON, serves, and ends with 0 at SIGINT", async () => {
    const run = started(...all(), "--speed", "max", "--json", "--cash", "5000");
    const { url, now, end, symbols } = JSON.parse(await run.first());
    expect({ now, end, symbols }).toEqual({
      now: "2024-06-03T13:30:00.000Z",
      end: "2024-06-03T14:00:00.000Z",
      symbols: ["AAA"],
    });
    const step = await fetch(`${url}/_exchange/step`, { method: "POST" });
    expect(await step.json()).toMatchObject({ now: "2024-06-03T13:31:00.000Z" });
    const account = await fetch(`${url}/v2/account`, { headers: KEYS });
    expect(await account.json()).toMatchObject({ cash: "5000" });
    process.emit("SIGINT");
    expect(await run.ended).toBe(0);
    await expect(fetch(`${url}/v2/account`, { headers: KEYS })).rejects.toThrow();
  });

  it("takes every fault of its help's examples, and shows one of every kind", async () => {
    const run = started(...all(), "--speed", "max", "--json");
    const { url } = JSON.parse(await run.first());
    const { terminal, said } = recordingTerminal(100);
    await main(["node", "bellwether", "exchange", "--help"], terminal);
    const bodies = [...said.out.matchAll(/_exchange\/faults -d '(.*)'/g)].map(
      ([, body]) => body ?? "",
    );
    for (const body of bodies.map((one) => one.replace("SPY", "AAA"))) {
      const armed = await fetch(`${url}/_exchange/faults`, { method: "POST", body });
      expect([body, armed.status]).toEqual([body, 201]);
    }
    const shown = new Set(bodies.map((body) => JSON.parse(body).kind));
    expect(shown).toEqual(new Set(fault.options.map(({ shape }) => shape.kind.value)));
    process.emit("SIGINT");
    expect(await run.ended).toBe(0);
  });

  it("runs the clock by itself to the end of the recording", async () => {
    const run = started(...all(), "--speed", "1000000", "--symbols", "AAA", "--json");
    const { url } = JSON.parse(await run.first());
    for (;;) {
      const state = await (await fetch(`${url}/_exchange/state`)).json();
      if (JSON.stringify(state).includes('"now":"2024-06-03T14:00:00.000Z"')) break;
    }
    process.emit("SIGTERM");
    expect(await run.ended).toBe(0);
  });

  it("answers 2 where the port is taken", async () => {
    const first = started(...all(), "--speed", "max", "--json");
    const { port } = new URL(JSON.parse(await first.first()).url);
    const second = started("--data", folder, "--port", port);
    expect(await second.ended).toBe(2);
    expect(second.said().err).toContain(`expected a free port, got ${port}`);
    process.emit("SIGINT");
    expect(await first.ended).toBe(0);
  });

  it("explains itself with examples", async () => {
    const run = started("--help");
    expect(await run.ended).toBe(0);
    expect(run.said().out).toMatch(/Examples:\n {2}bellwether exchange/);
  });

  it.each([
    [["--speed", "0"], "--speed: expected a number above 0 or max"],
    [["--cash", "0"], "--cash: expected dollars above 0"],
    [["--from", "soon"], "--from: expected a date"],
    [["--port", "70000"], "--port: expected a whole number up to 65535"],
    [["--bars", "7m"], "expected a time frame"],
    [["--bars", "1h"], "expected 1h bars of AAA"],
    [["--symbols", "ZZZ"], "symbols found there: AAA"],
    [["--from", "2024-06-04"], "AAA: expected bars"],
    [["--fill", "quotes"], "expected 1m quotes of AAA"],
  ])("answers 2 to %j and says why", async (args, message) => {
    const run = started(...all(), ...args);
    expect(await run.ended).toBe(2);
    expect(run.said().err).toContain(message);
  });

  it("has a README whose code type-checks", async () => {
    const readme = await readFile(join(ROOT, "functions", "exchange", "README.md"), "utf8");
    const blocks = blocksOf(readme).filter(({ language }) => language === "ts");
    expect(blocks).not.toEqual([]);
    expect(typeErrors(blocks)).toEqual([]);
  });
});
