import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout, ending in a separator. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** One file: its path from the root with forward slashes, and what stands in it. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The folders that hold code; `stacks` may be absent. */
export const FOLDERS: readonly string[] = ["core", "functions", "stacks", "strategies", "test"];

const CODE = /\.(ts|mts|cts|js|mjs|cjs)$/;

/** Every code file of the tree, sorted by path: those in `FOLDERS` and those at the root. */
export function readTree(root = ROOT): readonly Source[] {
  const inFolders = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/")),
  );
  const atRoot = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
  return [...inFolders, ...atRoot]
    .filter((path) => CODE.test(path) && !path.includes("node_modules/"))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** True when the file stands in one of the folders. */
export function isIn(path: string, ...folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}
