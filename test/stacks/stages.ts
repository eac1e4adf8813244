import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App, Stack } from "aws-cdk-lib";
import type { Profile } from "../../core/strategy/profile.ts";
import { type Bundler, sha256Of } from "../../stacks/bundler.ts";
import type { Choices } from "../../stacks/settings.ts";
import { stageApp } from "../../stacks/synth.ts";

/** Writes a small file in place of esbuild's, so that a test waits for neither it nor the code. */
export function smallBundler(folder: string): Bundler {
  return {
    async bundle({ name }) {
      const own = join(folder, name);
      await mkdir(own, { recursive: true });
      const path = join(own, "index.mjs");
      await writeFile(path, `export const handler = async () => "${name}";\n`);
      return { folder: own, file: "index.mjs", sha256: await sha256Of(path) };
    },
  };
}

/** Choices of a stage on which nothing was chosen. */
export const PLAIN: Choices = {
  stage: "test",
  alarmMail: "a@example.com",
  monthlyBudget: 20,
  reservesConcurrency: true,
  standby: false,
  sweeps: false,
  notify: false,
};

/** A stage synthesised into a folder of its own. */
export async function staged(
  profiles: readonly Profile[],
  choices: Partial<Choices> = {},
  assetBucket: string | null = null,
): Promise<{ readonly app: App; readonly stack: Stack; readonly outDir: string }> {
  const folder = await mkdtemp(join(tmpdir(), "bellwether-stack-"));
  const outDir = join(folder, "cdk.out");
  const made = await stageApp(profiles, { ...PLAIN, ...choices }, smallBundler(folder), {
    outDir,
    assetBucket,
  });
  return { ...made, outDir };
}
