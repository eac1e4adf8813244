import {
  App,
  CliCredentialsStackSynthesizer,
  type Stack,
  type StackSynthesizer,
  Validations,
} from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import type { Profile } from "../core/strategy/profile.ts";
import { webhookInlined } from "../functions/bundle/webhookProfiles.ts";
import { needsOf } from "../functions/deploy/needs.ts";
import { type Bundler, bundleAll } from "./bundler.ts";
import { neededEntryPoints } from "./entryPoints.ts";
import { type Choices, isProduction } from "./settings.ts";
import { bellwetherStack } from "./stack.ts";

/** How to synthesise: what is not about the stage itself. */
export interface SynthOptions {
  readonly outDir: string;
  /**
   * Bucket that takes the assets, for a deployment without `cdk bootstrap`; null for CDK's own way.
   * May hold `${AWS::AccountId}` and `${AWS::Region}`.
   */
  readonly assetBucket: string | null;
}

/** Behaviour of CDK that a new app would choose. */
const CONTEXT = {
  "@aws-cdk/aws-iam:minimizePolicies": false,
  "@aws-cdk/core:checkSecretUsage": true,
  "@aws-cdk/aws-ecs:removeDefaultDesiredCount": true,
  "@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker": true,
  "@aws-cdk/customresources:installLatestAwsSdkDefault": false,
  "aws:cdk:enable-path-metadata": false,
};

/** Bundles what a stage needs and makes its app, which cdk-nag checks as it is written. */
export async function stageApp(
  profiles: readonly Profile[],
  choices: Choices,
  bundler: Bundler,
  { outDir, assetBucket }: SynthOptions,
): Promise<{ readonly app: App; readonly stack: Stack }> {
  const needs = needsOf(profiles, choices.stage);
  const bundles = await bundleAll(neededEntryPoints(needs, choices), bundler, {
    webhook: webhookInlined(needs.profiles),
  });
  const app = new App({ outdir: outDir, analyticsReporting: false, context: CONTEXT });
  const settings = {
    ...choices,
    needs,
    bundles,
    isProduction: isProduction(choices.stage, needs),
  };
  const stack = bellwetherStack(app, settings, synthesizerOf(assetBucket));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack };
}

/** Assets by plain uploads where the bucket is ours; else by the roles of `cdk bootstrap`. */
function synthesizerOf(assetBucket: string | null): StackSynthesizer | null {
  if (assetBucket === null) return null;
  return new CliCredentialsStackSynthesizer({ fileAssetsBucketName: assetBucket });
}
