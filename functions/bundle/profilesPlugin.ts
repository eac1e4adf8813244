import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";

const PLACE = /functions[\\/]lambda[\\/]allProfiles\.ts$/;

/** Puts every profile of a folder into a bundle that asks for all of them. */
export function profilesPlugin(folder: string): Plugin {
  return {
    name: "profiles",
    setup(build) {
      build.onLoad({ filter: PLACE }, async ({ path }) => {
        // The file itself is read too, so that a change of its face is seen here.
        if (!(await readFile(path, "utf8")).includes("everyProfile")) return undefined;
        const files = (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
        const imports = files.map((name, i) => {
          return `import * as p${i} from ${JSON.stringify(join(folder, name))};`;
        });
        const all = files.map((_, i) => `...Object.values(p${i})`).join(", ");
        const contents = [
          ...imports,
          `const all = [${all}].filter((one) => one && one.strategy && one.options);`,
          "export async function everyProfile() { return all; }",
        ].join("\n");
        return { contents, loader: "ts", resolveDir: folder };
      });
    },
  };
}
