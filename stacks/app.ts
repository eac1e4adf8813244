import { join } from "node:path";
import { InputError } from "../core/domain/errors.ts";
import { allProfiles, ROOT } from "../functions/cli/catalogue.ts";
import { esbuildBundler } from "./bundler.ts";
import { choicesOf } from "./settings.ts";
import { stageApp } from "./synth.ts";

/**
 * Where it starts: `npx cdk deploy` runs this file, and so does sst.config.ts. Settings come from
 * the environment; see stacks/README.md.
 */
async function synthesise(): Promise<void> {
  const { app } = await stageApp(
    [...(await allProfiles()).values()],
    choicesOf(process.env),
    esbuildBundler(ROOT, join(ROOT, "dist", "bundles")),
    {
      outDir: process.env.CDK_OUTDIR ?? join(ROOT, "dist", "cdk.out"),
      assetBucket: process.env.BELLWETHER_ASSET_BUCKET ?? null,
    },
  );
  app.synth();
}

try {
  await synthesise();
} catch (error) {
  // What a person wrote wrong needs no stack trace; anything else does.
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`bellwether: ${error.message}\n`);
  process.exitCode = 2;
}
