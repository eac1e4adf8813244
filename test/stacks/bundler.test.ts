import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { InputError } from "../../core/domain/errors.ts";
import { webhookInlined } from "../../functions/bundle/webhookProfiles.ts";
import { ROOT } from "../../functions/cli/catalogue.ts";
import { needsOf } from "../../functions/deploy/needs.ts";
import { esbuildBundler } from "../../stacks/bundler.ts";
import { entryPoint } from "../../stacks/entryPoints.ts";
import { SETS } from "./profiles.ts";

test("an entry point that is not there is refused by name, before anything is made", async () => {
  const bundler = esbuildBundler("/nowhere", await mkdtemp(join(tmpdir(), "bellwether-")));
  await expect(bundler.bundle(entryPoint("decide"))).rejects.toThrow(
    new InputError(
      "decide: expected its entry point at functions/decide/lambda.ts, found no such file",
    ),
  );
});

test("the webhook's bundle is one file, told of its profiles and of nothing secret", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bellwether-"));
  const { profiles } = needsOf(SETS.webhook, "test");
  const bundler = esbuildBundler(ROOT, folder);
  const made = await bundler.bundle(entryPoint("webhook"), webhookInlined(profiles));
  const text = await readFile(join(made.folder, made.file), "utf8");
  expect(await readdir(made.folder)).toEqual(["index.mjs"]);
  expect(made.sha256).toBe(createHash("sha256").update(text).digest("hex"));
  expect(text).toContain("signals/tradingview");
});
