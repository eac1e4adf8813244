import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ROOT } from "../floors/tree.ts";

const versions = z.record(z.string(), z.string());
const manifest = z.object({ dependencies: versions, devDependencies: versions });
const lockfile = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), "utf8"));
const own = manifest.parse(read("package.json"));
const { "": root, ...packages } = lockfile.parse(read("package-lock.json")).packages;

/** Licences of what is deployed: each lets anyone use, change and sell what is built on it. */
const DEPLOYED = ["0BSD", "Apache-2.0", "BSD-3-Clause", "ISC", "MIT", "MIT-0"];
/** Licences of tools beside those: nothing of them leaves the machine that runs them. */
const TOOLS = [
  ...DEPLOYED,
  "(MIT AND Zlib)",
  "(MIT OR GPL-3.0-or-later)",
  "BSD-2-Clause",
  "BlueOak-1.0.0",
  "CC-BY-4.0",
  "MIT OR Apache-2.0",
  "MIT OR GPL-2.0",
  "MPL-2.0",
];
/** Packages whose entry names none; both are MIT by the file LICENSE that they come with. */
const UNNAMED = ["node_modules/jstat", "node_modules/typed-function"];

/**
 * Packages that run code when they are installed, and why they may: each only picks or checks the
 * binary of this machine, and works without when scripts are off.
 */
const INSTALL_SCRIPTS = [
  // Puts the binary of this machine where it is started from; bundles functions.
  "node_modules/esbuild",
  // Picks a prebuilt binary, or compiles one; keeps the books of `serve`.
  "node_modules/lmdb",
  // The same, to read msgpack faster for lmdb; optional.
  "node_modules/msgpackr-extract",
];

describe("what is installed", () => {
  it("has exact versions, and a lockfile that agrees with them", () => {
    expect(root).toBeDefined();
    for (const [name, version] of Object.entries({ ...own.dependencies, ...own.devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  it("is known by its hash, wherever it came from", () => {
    const unknown = Object.entries(packages).filter(
      ([, { resolved, integrity }]) => resolved !== undefined && integrity === undefined,
    );
    expect(unknown.map(([path]) => path)).toEqual([]);
  });

  it("has licences that we may use, stricter for what is deployed", () => {
    const bad = Object.entries(packages).filter(([path, { license, dev }]) => {
      if (license === undefined) return !UNNAMED.includes(path);
      return !(dev === true ? TOOLS : DEPLOYED).includes(license);
    });
    expect(bad.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });

  it("runs code on install in three packages alone", () => {
    const found = Object.entries(packages).filter(([, one]) => one.hasInstallScript === true);
    expect(found.map(([path]) => path)).toEqual(INSTALL_SCRIPTS);
  });
});
