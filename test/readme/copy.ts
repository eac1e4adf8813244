import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../floors/tree.ts";

/** Left behind: what is installed is linked, and the rest is made by tools. */
const LEFT = ["node_modules", ".git", "reports", "coverage", "dist", ".bellwether"];

/** A copy of the checkout, so that commands may write where a reader's would. */
export interface Copy {
  /** Runs a line of shell without a terminal; answers its exit code and all it printed. */
  run(command: string): { readonly code: number | null; readonly output: string };
  remove(): void;
}

/** Copies the checkout to a temporary folder; installed packages are linked. */
export function copyOfCheckout(): Copy {
  const folder = mkdtempSync(join(tmpdir(), "bellwether-readme-"));
  for (const name of readdirSync(ROOT)) {
    if (!LEFT.includes(name)) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return {
    run(command) {
      const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        timeout: 120_000,
        // A name that npx does not find here must fail, not be fetched.
        env: { ...process.env, CI: "true", NO_COLOR: "1", npm_config_offline: "true" },
      });
      return { code: status, output: `${stdout}${stderr}` };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
