import { Command, Option } from "commander";
import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import type { SweepJob } from "../sweep/job.ts";
import { judge } from "../sweep/judge.ts";
import type { SweepRow } from "../sweep/row.ts";
import { ORDERS, sweepTable } from "./render/sweep.ts";
import type { SweepOptions } from "./sweepJob.ts";
import type { Terminal } from "./terminal.ts";
import { save, whole } from "./values.ts";

/** What is shown of rows, wherever they were replayed. */
type ShowOptions = Pick<SweepOptions, "by" | "top" | "json" | "parquet">;

/** Prints and writes what came of a sweep. @throws InputError where every set was refused. */
export async function showSweep(
  job: Pick<SweepJob, "outOfSample">,
  rows: readonly SweepRow[],
  { by, top, json, parquet }: ShowOptions,
  terminal: Terminal,
): Promise<void> {
  const refused = rows.filter((row) => row.refused !== null);
  if (refused.length === rows.length) {
    throw new InputError(`--grid: every set was refused: ${refused[0]?.refused ?? "no set"}`);
  }
  const verdict = judge(rows, job.outOfSample);
  if (parquet !== undefined) {
    const { rowsToParquet } = await import("../sweep/parquet.ts");
    await save(parquet, rowsToParquet(rows), terminal);
  }
  if (json !== undefined) {
    const body = { schema: "bellwether.sweep-result.v1", job, verdict, rows };
    const text = `${JSON.stringify(body, (_, one) => (typeof one === "bigint" ? String(one) : one))}\n`;
    if (json === true) return terminal.out(text);
    await save(json, text, terminal);
  }
  const { colour } = terminal;
  terminal.out(`${sweepTable(rows, { by, top: whole("--top", top), colour })}\n`);
  if (refused.length > 0) {
    terminal.err(`note: ${refused.length} sets were refused, first: ${refused[0]?.refused}\n`);
  }
  for (const line of verdict.warnings) terminal.err(`note: ${line}\n`);
}

const resultOptions = z.object({
  bucket: z.string(),
  by: z.enum(["sharpe", "return"]),
  top: z.string(),
  json: z.union([z.string(), z.literal(true)]).exactOptional(),
  parquet: z.string().exactOptional(),
});

/** `bellwether sweep-results`: what a sweep on AWS has left so far. */
export function sweepResultsCommand(terminal: Terminal): Command {
  return new Command("sweep-results")
    .description("Show what a sweep that ran on AWS came to.")
    .argument("<name>", "what it was called")
    .requiredOption("--bucket <name>", "sweep bucket of the stage")
    .addOption(
      new Option("--by <figure>", "what the best is")
        .choices(Object.keys(ORDERS))
        .default("sharpe"),
    )
    .option("--top <n>", "sets to show", "10")
    .option("--json [file]", "all rows as JSON, to a file or to standard output")
    .option("--parquet <file>", "all rows as one Parquet file")
    .addHelpText("after", "\nExample:\n  bellwether sweep-results big --bucket BUCKET --top 20\n")
    .action(async (name: string, options: unknown) => {
      const read = resultOptions.parse(options);
      const { S3Client } = await import("@aws-sdk/client-s3");
      const { keysIn, s3Objects } = await import("../sweep/s3.ts");
      const { collectSweep } = await import("../sweep/upload.ts");
      const { fileOf, sweepKeys } = await import("../sweep/handler.ts");
      const client = new S3Client({});
      const objects = s3Objects(client, read.bucket);
      const { job } = await fileOf(objects, name);
      const keys = await keysIn(client, read.bucket, sweepKeys(name).results);
      await showSweep(job, await collectSweep(objects, keys), read, terminal);
    });
}
