import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allProfiles } from "../../functions/cli/catalogue.ts";
import { chartsOf } from "../../functions/cli/charts.ts";
import { DEFAULTS, runReplay } from "../../functions/replay/run.ts";
import { renderReport } from "../../functions/report/render.ts";
import { sampleResult } from "./sample.ts";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = BROWSERS.find((path) => existsSync(path));
if (executablePath === undefined) {
  console.log("left out: opening the report in a browser, as there is no Chromium here");
}

describe("the report's text", () => {
  const hostile = `</script><img src=x onerror="alert(1)">'"&`;

  test("escapes whatever comes from users, in markup and in embedded data", () => {
    const page = renderReport(sampleResult({ profiles: 2, days: 60, text: hostile }), []);
    expect(page).not.toContain("<img src=x");
    expect(page).not.toMatch(/<\/script><img/);
  });

  test("is the same bytes for the same result", () => {
    const result = sampleResult({ profiles: 1, days: 60 });
    expect(renderReport(result, [])).toBe(renderReport(result, []));
  });

  test("fetches nothing", () => {
    const page = renderReport(sampleResult({ profiles: 1, days: 60 }), []);
    expect(page).toContain("default-src &#39;none&#39;");
    const markup = page.replace(/<script[^>]*>[\s\S]*?<\/script>/g, "");
    expect(markup).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?!data:|#)/);
  });
});

describe.skipIf(executablePath === undefined)("the report in a browser", () => {
  let browser: Browser;
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bellwether-report-"));
    const args = [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-sync",
    ];
    browser = await chromium.launch({ executablePath: executablePath ?? "", args });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  test("opens from disk with charts, tables and orders, without an error or a request", async () => {
    const profile = (await allProfiles()).get("aapl-trend");
    if (profile === undefined) throw new Error("the profile aapl-trend is missing");
    const identity = { commit: null, version: "test" };
    const outcome = await runReplay({ ...DEFAULTS, profiles: [profile] }, identity);
    const file = join(folder, "report.html");
    await writeFile(file, renderReport(outcome.result, chartsOf(outcome.stages)));

    const page = await browser.newPage();
    const troubles: string[] = [];
    page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) troubles.push(`request of ${request.url()}`);
    });
    await page.goto(`file://${file}`);
    await page.locator("canvas").first().waitFor();
    expect(troubles).toEqual([]);
    expect(await page.locator("canvas").count()).toBeGreaterThan(2);
    expect(await page.locator("table tbody tr").count()).toBeGreaterThan(20);
    const text = await page.locator("body").textContent();
    expect(text).toContain("fast EMA crossed above slow");
    expect(text).toContain(outcome.result.profiles[0]?.orderListHash.slice(0, 12));
  });
});
