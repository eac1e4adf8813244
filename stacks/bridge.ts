import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";

/** CloudFormation takes no larger template from a bucket. */
const TEMPLATE_LIMIT = 1_000_000;

/** A file to be uploaded before the stack is made. */
export interface BridgeAsset {
  readonly path: string;
  /** True for a folder that is uploaded as a zip file. */
  readonly zipped: boolean;
  readonly key: string;
}

/** A synthesised stage, as another tool than CDK's own deploys it. */
export interface Bridge {
  readonly stackName: string;
  readonly templatePath: string;
  readonly templateKey: string;
  readonly assets: readonly BridgeAsset[];
}

const manifest = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      properties: z.looseObject({ templateFile: z.string().optional() }).optional(),
    }),
  ),
});

const assetFile = z.looseObject({
  files: z.record(
    z.string(),
    z.looseObject({
      source: z.looseObject({ path: z.string(), packaging: z.enum(["file", "zip"]) }),
      destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
    }),
  ),
  dockerImages: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Reads what CDK wrote: one stack, its template and its assets.
 * @throws Error for Docker images, which would need Docker, and for a template that is too large.
 */
export async function readBridge(outDir: string): Promise<Bridge> {
  const { artifacts } = manifest.parse(await json(join(outDir, "manifest.json")));
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type.endsWith(":stack"));
  const [only, more] = stacks;
  if (only === undefined || more !== undefined) {
    throw new Error(`expected one stack in ${outDir}, got ${stacks.length}`);
  }
  const [stackName, { properties }] = only;
  const templateFile = properties?.templateFile ?? `${stackName}.template.json`;
  const { files, dockerImages } = assetFile.parse(
    await json(join(outDir, `${stackName}.assets.json`)),
  );
  const images = Object.keys(dockerImages);
  if (images.length > 0) {
    throw new Error(
      `expected files only, got ${images.length} Docker images: deploy those by \`npx cdk deploy\``,
    );
  }
  const templatePath = join(outDir, templateFile);
  const { size } = await stat(templatePath);
  if (size > TEMPLATE_LIMIT) {
    throw new Error(`${templateFile}: expected ${TEMPLATE_LIMIT} bytes at most, got ${size}`);
  }
  const assets = Object.values(files).map(({ source, destinations }): BridgeAsset => {
    const key = Object.values(destinations)[0]?.objectKey;
    if (key === undefined) throw new Error(`${source.path}: expected a destination, got none`);
    return { path: join(outDir, source.path), zipped: source.packaging === "zip", key };
  });
  const template = assets.find(({ path }) => path === templatePath);
  if (template === undefined) throw new Error(`${templateFile}: expected it among the assets`);
  return {
    stackName,
    templatePath,
    templateKey: template.key,
    assets: assets.filter((asset) => asset !== template),
  };
}

/**
 * Synthesises in a process of its own: CDK is 64 MB, which a bundled configuration cannot hold.
 * What goes wrong there is thrown with its own words.
 */
export async function synthesise(
  root: string,
  outDir: string,
  env: Readonly<Record<string, string>>,
): Promise<Bridge> {
  const run = promisify(execFile);
  try {
    await run(process.execPath, ["--import", "tsx", join(root, "stacks", "app.ts")], {
      cwd: root,
      env: { ...process.env, ...env, CDK_OUTDIR: outDir },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const said = z.looseObject({ stderr: z.string() }).safeParse(error);
    throw new Error(`synthesis failed:\n${said.success ? said.data.stderr.trim() : error}`);
  }
  return readBridge(outDir);
}

async function json(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}
