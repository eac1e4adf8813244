import { S3Client } from "@aws-sdk/client-s3";
import { InputError } from "../../core/domain/errors.ts";
import { everyProfile } from "../lambda/allProfiles.ts";
import { everyStrategy } from "../lambda/allStrategies.ts";
import { observed } from "../lambda/observe.ts";
import { type BatchReport, sweepEntry } from "./handler.ts";
import type { Subjects } from "./job.ts";
import { s3Objects } from "./s3.ts";

const { SWEEP_BUCKET: bucket = "" } = process.env;

const sweep = sweepEntry(s3Objects(new S3Client({}), bucket), subjects);

/** Lambda's entry: a batch of parameter sets from the state machine. */
export const handler = observed(async (payload): Promise<BatchReport> => {
  if (bucket === "") throw new InputError("SWEEP_BUCKET: expected a bucket's name, got none");
  return sweep(payload);
});

async function subjects(): Promise<Subjects> {
  return {
    profiles: new Map((await everyProfile()).map((one) => [one.options.name, one])),
    strategies: new Map((await everyStrategy()).map((one) => [one.name, one])),
  };
}
