import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../core/domain/errors.ts";
import { bundle, type Inlined } from "../functions/bundle/bundle.ts";
import type { EntryName, EntryPoint } from "./entryPoint.ts";

/** An entry point as one file that imports nothing beside itself. */
export interface Bundle {
  /** Folder that holds the file and nothing else. */
  readonly folder: string;
  /** Name of the file in it. */
  readonly file: string;
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
}

/** Makes one file of an entry point: esbuild, or a test's own. */
export interface Bundler {
  /** `inlined` is written into it in place of variables of the environment. */
  bundle(entry: EntryPoint, inlined?: Inlined): Promise<Bundle>;
}

/** Bundles by entry point. */
export type Bundles = ReadonlyMap<EntryName, Bundle>;

/** Bundles all that a stage needs. */
export async function bundleAll(
  entries: readonly EntryPoint[],
  bundler: Bundler,
  inlined: Partial<Record<EntryName, Inlined>> = {},
): Promise<Bundles> {
  const made = await Promise.all(
    entries.map(
      async (entry) => [entry.name, await bundler.bundle(entry, inlined[entry.name])] as const,
    ),
  );
  return new Map(made);
}

/** Where a bundle is found. @throws InputError for one that was never made. */
export function bundleOf(bundles: Bundles, name: EntryName): Bundle {
  const found = bundles.get(name);
  if (found === undefined) throw new InputError(`expected a bundle of ${name}, got none`);
  return found;
}

/**
 * Bundles with esbuild below `outDir`: a folder an entry point, with one file in it. Profiles are
 * those of the checkout unless another folder is named.
 */
export function esbuildBundler(root: string, outDir: string, profilesFolder?: string): Bundler {
  return {
    async bundle({ name, file }, inlined) {
      const entry = join(root, file);
      if (!existsSync(entry)) {
        throw new InputError(`${name}: expected its entry point at ${file}, found no such file`);
      }
      const folder = join(outDir, name);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const outfile = join(folder, "index.mjs");
      await bundle(entry, outfile, inlined, profilesFolder);
      return { folder, file: "index.mjs", sha256: await sha256Of(outfile) };
    },
  };
}

/** sha256 of a file, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
