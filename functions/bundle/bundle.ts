import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { profilesPlugin } from "./profilesPlugin.ts";

/** The strategies and profiles of the checkout, which go into the bundles. */
const STRATEGIES = fileURLToPath(new URL("../../strategies", import.meta.url));

/**
 * Packages written for CommonJS ask for `require`, which a module does not have. The long name is
 * one that no minifier thinks of: a short one met its own twin once in a bundle that grew.
 */
const REQUIRE =
  'import{createRequire as bellwetherCreateRequire}from"node:module";const require=bellwetherCreateRequire(import.meta.url);';

/** What is written into a bundle in place of `process.env.NAME`: never a secret. */
export type Inlined = Readonly<Record<string, string>>;

/** What came of bundling. */
export interface Bundled {
  /** Bytes of the file. */
  readonly bytes: number;
  /** Bytes that each package, or folder of our own, takes of them; largest first. */
  readonly parts: readonly (readonly [name: string, bytes: number])[];
}

/**
 * Makes one file of an entry point that imports nothing beside itself: minified, an ES module for
 * Node 24, the same on x64 and arm64 as nothing native goes in.
 * @throws whatever esbuild finds wrong, with the place.
 */
export async function bundle(
  entry: string,
  outfile: string,
  inlined: Inlined = {},
  profiles: string = join(STRATEGIES, "profiles"),
): Promise<Bundled> {
  const define = Object.entries(inlined).map(([name, text]) => [
    `process.env.${name}`,
    JSON.stringify(text),
  ]);
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    metafile: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    define: Object.fromEntries(define),
    banner: { js: REQUIRE },
    logLevel: "error",
    plugins: [profilesPlugin({ profiles, strategies: STRATEGIES })],
  });
  const [output] = Object.values(metafile.outputs);
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const name = partOf(path);
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  const parts = [...sizes].sort((a, b) => b[1] - a[1]);
  return { bytes: output?.bytes ?? 0, parts };
}

function partOf(path: string): string {
  const inside = path.split("node_modules/").at(-1) ?? path;
  const [first = "", second = ""] = inside.split("/");
  if (inside === path) return `${first}/${second}`;
  return first.startsWith("@") ? `${first}/${second}` : first;
}
