/**
 * The part of sst's world that sst.config.ts uses. The tool writes its own declarations into
 * `.sst/` when it first runs, which needs the internet; these let the file be checked without.
 * @see https://sst.dev/docs/reference/config
 */
interface SstApp {
  readonly name: string;
  readonly home: "aws";
  readonly removal?: "remove" | "retain" | "retain-all";
  readonly protect?: boolean;
}

interface SstConfig {
  app(input: { readonly stage: string }): SstApp;
  run(): Promise<Readonly<Record<string, unknown>>>;
}

interface SstResource {
  readonly id: unknown;
}

/** A value that is known once the resource is there. */
interface SstOutput<T> {
  apply<U>(of: (value: T) => U): SstOutput<U>;
}

interface SstOptions {
  readonly dependsOn?: readonly SstResource[];
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

type SstBucket = new (
  name: string,
  args: { readonly bucket: string; readonly forceDestroy: boolean },
  options?: SstOptions,
) => SstResource & {
  readonly bucket: SstOutput<string>;
  readonly bucketRegionalDomainName: SstOutput<string>;
};

declare function $config(config: SstConfig): SstConfig;
declare const $app: { readonly stage: string; readonly name: string };
declare const $util: {
  interpolate(parts: TemplateStringsArray, ...values: readonly unknown[]): SstOutput<string>;
  readonly asset: {
    readonly FileArchive: new (path: string) => object;
    readonly FileAsset: new (path: string) => object;
  };
};
declare const aws: {
  getCallerIdentity(args: object): Promise<{ readonly accountId: string }>;
  readonly s3: {
    readonly Bucket: SstBucket;
    readonly BucketPublicAccessBlock: new (
      name: string,
      args: {
        readonly bucket: SstOutput<string>;
        readonly blockPublicAcls: boolean;
        readonly blockPublicPolicy: boolean;
        readonly ignorePublicAcls: boolean;
        readonly restrictPublicBuckets: boolean;
      },
    ) => SstResource;
    readonly BucketObjectv2: new (
      name: string,
      args: { readonly bucket: SstOutput<string>; readonly key: string; readonly source: object },
    ) => SstResource;
  };
  readonly cloudformation: {
    readonly Stack: new (
      name: string,
      args: {
        readonly name: string;
        readonly templateUrl: SstOutput<string>;
        readonly capabilities: readonly string[];
      },
      options?: SstOptions,
    ) => SstResource & { readonly outputs: SstOutput<Readonly<Record<string, string>>> };
  };
};
