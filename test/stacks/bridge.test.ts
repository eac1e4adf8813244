import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { ROOT } from "../../functions/cli/catalogue.ts";
import { readBridge, synthesise } from "../../stacks/bridge.ts";

/** What CDK would have written, as far as the bridge looks at it. */
async function written(change: {
  readonly template?: string;
  readonly dockerImages?: object;
  readonly stacks?: readonly string[];
}): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), "bellwether-bridge-"));
  const { template = "{}", dockerImages = {}, stacks = ["one"] } = change;
  const artifacts = Object.fromEntries(
    stacks.map((name) => [
      name,
      { type: "aws:cloudformation:stack", properties: { templateFile: `${name}.template.json` } },
    ]),
  );
  const save = (name: string, value: unknown) =>
    writeFile(join(outDir, name), JSON.stringify(value));
  const file = (path: string, packaging: string, objectKey: string) => ({
    source: { path, packaging },
    destinations: { here: { bucketName: "b", objectKey } },
  });
  await save("manifest.json", { artifacts });
  await save("one.assets.json", {
    files: {
      a: file("asset.a", "zip", "a.zip"),
      b: file("asset.b.mjs", "file", "b.mjs"),
      t: file("one.template.json", "file", "t.json"),
    },
    dockerImages,
  });
  await writeFile(join(outDir, "one.template.json"), template);
  return outDir;
}

describe("the bridge", () => {
  test("reads one stack with its template and its files", async () => {
    const outDir = await written({});
    expect(await readBridge(outDir)).toEqual({
      stackName: "one",
      templatePath: join(outDir, "one.template.json"),
      templateKey: "t.json",
      assets: [
        { path: join(outDir, "asset.a"), zipped: true, key: "a.zip" },
        { path: join(outDir, "asset.b.mjs"), zipped: false, key: "b.mjs" },
      ],
    });
  });

  test("refuses Docker images, which would need Docker where it runs", async () => {
    const outDir = await written({ dockerImages: { x: {} } });
    await expect(readBridge(outDir)).rejects.toThrow(/expected files only, got 1 Docker images/);
  });

  test("refuses a template that CloudFormation would not take", async () => {
    const outDir = await written({ template: " ".repeat(1_000_001) });
    await expect(readBridge(outDir)).rejects.toThrow(/expected 1000000 bytes at most, got 1000001/);
  });

  test("refuses several stacks, as it makes one", async () => {
    await expect(readBridge(await written({ stacks: ["one", "two"] }))).rejects.toThrow(
      /expected one stack/,
    );
  });
});

describe("synthesis in a process of its own", () => {
  test("bundles and writes the stage of the example profiles, with no account in sight", async () => {
    const outDir = await mkdtemp(join(tmpdir(), "bellwether-synth-"));
    const made = await synthesise(ROOT, outDir, {
      BELLWETHER_STAGE: "dev",
      BELLWETHER_ASSET_BUCKET: "assets-of-dev",
      AWS_REGION: "",
      AWS_PROFILE: "none-of-this-name",
      HOME: outDir,
    });
    expect(made.stackName).toBe("bellwether-dev");
    const files = await Promise.all(made.assets.map(({ path }) => readdir(path)));
    expect(files.length).toBeGreaterThan(4);
    expect(new Set(files.flat())).toEqual(new Set(["index.mjs"]));
    await rm(outDir, { recursive: true });
  }, 60_000);

  test("says in its own words what a person wrote wrong", async () => {
    const outDir = await mkdtemp(join(tmpdir(), "bellwether-synth-"));
    const refused = synthesise(ROOT, outDir, { BELLWETHER_STAGE: "No Such Stage" });
    await expect(refused).rejects.toThrow(
      /^synthesis failed:\nbellwether: BELLWETHER_STAGE: expected .* got "No Such Stage"$/,
    );
  });
});

/** What the tool's `aws` was asked to make, in order. */
interface Made {
  readonly type: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly options: { readonly dependsOn?: readonly Made[] };
}

/** The tool's world, small: constructors note what they were given, outputs are plain values. */
async function ran(stage: string, bridge: object): Promise<readonly Made[]> {
  const made: Made[] = [];
  const kind = (type: string) =>
    function noted(this: object, name: string, args: Made["args"], options: Made["options"] = {}) {
      const one = { type, name, args, options };
      made.push(one);
      return Object.assign(this, one, {
        bucket: args.bucket,
        bucketRegionalDomainName: `${String(args.bucket)}.s3.eu-west-1.amazonaws.com`,
        outputs: {},
      });
    };
  const file = (type: string) =>
    function noted(this: object, path: string) {
      return Object.assign(this, { type, path });
    };
  const interpolate = (parts: TemplateStringsArray, ...values: readonly unknown[]) =>
    parts.map((part, i) => `${part}${values[i] ?? ""}`).join("");
  vi.stubGlobal("$config", (config: object) => config);
  vi.stubGlobal("$app", { stage, name: "bellwether" });
  vi.stubGlobal("$util", {
    interpolate,
    asset: { FileArchive: file("zip"), FileAsset: file("file") },
  });
  vi.stubGlobal("aws", {
    getCallerIdentity: async () => ({ accountId: "123456789012" }),
    s3: {
      Bucket: kind("Bucket"),
      BucketPublicAccessBlock: kind("BucketPublicAccessBlock"),
      BucketObjectv2: kind("BucketObjectv2"),
    },
    cloudformation: { Stack: kind("Stack") },
  });
  vi.doMock("../../stacks/bridge.ts", () => ({ synthesise: async () => bridge }));
  vi.resetModules();
  const { default: config } = await import("../../sst.config.ts");
  await config.run();
  vi.unstubAllGlobals();
  vi.doUnmock("../../stacks/bridge.ts");
  return made;
}

describe("sst.config.ts", () => {
  const bridge = {
    stackName: "bellwether-dev",
    templatePath: "/out/t.json",
    templateKey: "t.json",
    assets: [
      { path: "/out/a", zipped: true, key: "a.zip" },
      { path: "/out/b.mjs", zipped: false, key: "b.mjs" },
    ],
  };

  test("makes one private bucket, uploads each file, and then one stack from its template", async () => {
    const made = await ran("dev", bridge);
    expect(made.map(({ type }) => type)).toEqual([
      "Bucket",
      "BucketPublicAccessBlock",
      "BucketObjectv2",
      "BucketObjectv2",
      "BucketObjectv2",
      "Stack",
    ]);
    const stack = made.at(-1);
    expect(stack?.args).toEqual({
      name: "bellwether-dev",
      templateUrl: "https://bellwether-dev-assets-123456789012.s3.eu-west-1.amazonaws.com/t.json",
      capabilities: ["CAPABILITY_IAM"],
    });
    expect(stack?.options.dependsOn?.map(({ name }) => name)).toEqual(["t.json", "a.zip", "b.mjs"]);
    expect(made.map(({ args }) => args.source).filter(Boolean)).toMatchObject([
      { type: "file", path: "/out/t.json" },
      { type: "zip", path: "/out/a" },
      { type: "file", path: "/out/b.mjs" },
    ]);
  });

  test("keeps what production made", async () => {
    const made = await ran("production", bridge);
    const kept = made.filter(({ type }) => type === "Bucket" || type === "Stack");
    expect(kept.map(({ options }) => options)).toMatchObject([
      { protect: true, retainOnDelete: true },
      { protect: true, retainOnDelete: true },
    ]);
    expect(made[0]?.args.forceDestroy).toBe(false);
  });
});
