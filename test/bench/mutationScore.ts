import { existsSync, readFileSync, statSync } from "node:fs";
import * as z from "zod";

const PATH = "dist/mutation/report.json";

const report = z.object({
  files: z.record(z.string(), z.object({ mutants: z.array(z.object({ status: z.string() })) })),
});

/** The score of one folder: the percentage of its mutants that a test has noticed. */
export interface FolderScore {
  readonly folder: string;
  readonly mutants: number;
  readonly survived: number;
  readonly percent: number;
  /** UTC date of the run. */
  readonly date: string;
}

/** Scores of the last `npm run mutation`, by folder; none where its report is not here. */
export function mutationScores(path = PATH): readonly FolderScore[] {
  if (!existsSync(path)) return [];
  const read = report.parse(JSON.parse(readFileSync(path, "utf8")));
  const date = statSync(path).mtime.toISOString().slice(0, 10);
  const folders = new Map<string, string[]>();
  for (const [file, { mutants }] of Object.entries(read.files)) {
    const folder = file.split("/").slice(0, 2).join("/");
    const known = folders.get(folder) ?? [];
    folders.set(folder, [...known, ...mutants.map(({ status }) => status)]);
  }
  return [...folders].map(([folder, statuses]) => {
    const count = (...of: readonly string[]) => statuses.filter((one) => of.includes(one)).length;
    const killed = count("Killed", "Timeout");
    const survived = count("Survived", "NoCoverage");
    const mutants = killed + survived;
    return { folder, mutants, survived, percent: (100 * killed) / mutants, date };
  });
}
