/**
 * The door for `sst deploy`: what is deployed is said in stacks/, in plain CDK. This file has it
 * synthesised, uploads what it refers to, and hands the template to CloudFormation by stage.
 */
export default $config({
  app: ({ stage }) => ({
    name: "bellwether",
    home: "aws",
    removal: isProduction(stage) ? "retain" : "remove",
    protect: isProduction(stage),
  }),
  async run() {
    const { synthesise } = await import("./stacks/bridge.ts");
    const { stage } = $app;
    const { accountId } = await aws.getCallerIdentity({});
    const name = `bellwether-${stage}-assets-${accountId}`;
    const { stackName, templatePath, templateKey, assets } = await synthesise(
      process.cwd(),
      `${process.cwd()}/dist/cdk.out`,
      { BELLWETHER_STAGE: stage, BELLWETHER_ASSET_BUCKET: name },
    );
    // Production keeps the stack and the bucket: a rollback needs yesterday's bundles.
    const kept = { protect: isProduction(stage), retainOnDelete: isProduction(stage) };
    const made = new aws.s3.Bucket(
      "Assets",
      { bucket: name, forceDestroy: !isProduction(stage) },
      kept,
    );
    const { bucket, bucketRegionalDomainName } = made;
    new aws.s3.BucketPublicAccessBlock("AssetsPrivate", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const { FileArchive, FileAsset } = $util.asset;
    const uploads = [{ key: templateKey, path: templatePath, zipped: false }, ...assets].map(
      ({ key, path, zipped }) =>
        new aws.s3.BucketObjectv2(key, {
          bucket,
          key,
          source: zipped ? new FileArchive(path) : new FileAsset(path),
        }),
    );
    const stack = new aws.cloudformation.Stack(
      "Stack",
      {
        name: stackName,
        templateUrl: $util.interpolate`https://${bucketRegionalDomainName}/${templateKey}`,
        capabilities: ["CAPABILITY_IAM"],
      },
      { dependsOn: uploads, ...kept },
    );
    return { stack: stackName, outputs: stack.outputs };
  },
});

/** Stages that are kept when the stack goes: stacks/settings.ts keeps their data alike. */
function isProduction(stage: string): boolean {
  return /^(prod|production|live)$/.test(stage);
}
