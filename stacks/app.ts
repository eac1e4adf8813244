import { join } from "node:path";
import { allProfiles, ROOT } from "../functions/cli/catalogue.ts";
import { esbuildBundler } from "./bundler.ts";
import { choicesOf } from "./settings.ts";
import { stageApp } from "./synth.ts";

/**
 * Where it starts: `npx cdk deploy` runs this file, and so does sst.config.ts. Settings come from
 * the environment; see stacks/README.md.
 */
const outDir = process.env.CDK_OUTDIR ?? join(ROOT, ".bellwether", "cdk.out");
const { app } = await stageApp(
  [...(await allProfiles()).values()],
  choicesOf(process.env),
  esbuildBundler(ROOT, join(ROOT, ".bellwether", "bundles")),
  { outDir, assetBucket: process.env.BELLWETHER_ASSET_BUCKET ?? null },
);
app.synth();
