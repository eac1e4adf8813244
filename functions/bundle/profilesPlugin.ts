import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";

/** Folders whose files go into bundles that ask for all that they define. */
export interface Defined {
  readonly profiles: string;
  readonly strategies: string;
}

/** A module that looks into a folder, and what is put in its place. */
interface Place {
  readonly filter: RegExp;
  readonly exported: string;
  readonly folder: string;
  /** Says of an export `one` whether it is what is asked for. */
  readonly isOne: string;
}

/** Puts profiles and strategies themselves into bundles, which have no folder to look into. */
export function profilesPlugin({ profiles, strategies }: Defined): Plugin {
  const places: readonly Place[] = [
    {
      filter: /functions[\\/]lambda[\\/]allProfiles\.ts$/,
      exported: "everyProfile",
      folder: profiles,
      isOne: "one.strategy && one.options",
    },
    {
      filter: /functions[\\/]lambda[\\/]allStrategies\.ts$/,
      exported: "everyStrategy",
      folder: strategies,
      isOne: "one.params && one.bars && one.state && one.name",
    },
  ];
  return {
    name: "profiles",
    setup(build) {
      for (const place of places) {
        build.onLoad({ filter: place.filter }, async ({ path }) => {
          // The file itself is read too, so that a change of its face is seen here.
          if (!(await readFile(path, "utf8")).includes(place.exported)) return undefined;
          const contents = await textOf(place);
          return { contents, loader: "ts", resolveDir: place.folder };
        });
      }
    },
  };
}

async function textOf({ folder, exported, isOne }: Place): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
  const imports = files.map((name, i) => {
    return `import * as p${i} from ${JSON.stringify(join(folder, name))};`;
  });
  const all = files.map((_, i) => `...Object.values(p${i})`).join(", ");
  return [
    ...imports,
    `const all = [${all}].filter((one) => one && ${isOne});`,
    `export async function ${exported}() { return all; }`,
  ].join("\n");
}
