import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { StageDeps } from "./deps.ts";

/** This machine: AWS as its environment says, the terminal, its clock. */
export function systemDeps(): StageDeps {
  const lines = pipedLines();
  return {
    aws: {},
    fetchApi: undefined,
    ask: (question) => (process.stdin.isTTY ? askHidden(question) : lines()),
    nowMs: () => Date.now(),
    freshSecret: () => randomBytes(24).toString("base64url"),
  };
}

/** What is typed is not shown: the prompt goes to the screen and the echo goes nowhere. */
function askHidden(question: string): Promise<string> {
  process.stderr.write(`${question}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve) => {
    reader.question("", (answer) => {
      reader.close();
      process.stderr.write("\n");
      resolve(answer.trim());
    });
  });
}

/** Lines of standard input, one each time it is asked for; empty after the last. */
function pipedLines(): () => Promise<string> {
  let lines: AsyncIterator<string> | null = null;
  return async () => {
    lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    return done === true ? "" : value.trim();
  };
}
