import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { compileProfile } from "../../core/strategy/profile.ts";
import { dashboardApp } from "../../functions/dashboard/app.ts";
import { listenWith } from "../../functions/webhook/node.ts";
import { deskOf } from "../live/desk.ts";
import { feeds, profile } from "../live/minutes.ts";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = BROWSERS.find((path) => existsSync(path));
if (executablePath === undefined) {
  console.log("left out: opening the dashboard in a browser, as there is no Chromium here");
}
const TOKEN = "a-token-of-the-tests";
const HOSTILE = "<img src=x onerror=document.title=1>";

test.skipIf(executablePath === undefined)(
  "the page shows the books without an error, takes text as text, and stops entries when told to",
  async () => {
    const desk = await deskOf(profile(), "1m");
    await desk.play(feeds());
    const { store } = desk;
    const books = { store, journal: store, switches: store, where: HOSTILE, close: async () => {} };
    const app = dashboardApp({
      books,
      profiles: [compileProfile(profile())],
      clock: { nowMs: () => desk.time.nowMs },
      date: "2024-07-01",
      token: TOKEN,
      hosts: new Set(["127.0.0.1"]),
      resume: async (scope) => store.resume(scope),
    });
    const server = await listenWith(app.fetch, { port: 0, host: "127.0.0.1" });
    const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
    const browser = await chromium.launch({ executablePath: executablePath ?? "", args });
    try {
      const page = await browser.newPage();
      const troubles: string[] = [];
      page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
      page.on("pageerror", (error) => troubles.push(String(error)));
      page.on("dialog", (dialog) => void dialog.accept());
      await page.goto(`${server.url}/?token=${TOKEN}`);
      expect(page.url()).toBe(`${server.url}/`);
      await page.locator("#profiles td", { hasText: "running" }).waitFor();
      expect(await page.locator("h1").textContent()).toBe(HOSTILE);
      await page.locator("#fills button").first().click();
      await page.locator("dialog pre", { hasText: "order.submitted" }).waitFor();
      await page.locator("dialog button").click();
      await page.locator("#kill").click();
      await page
        .locator("#halts", { hasText: "Everything is switched off by dashboard" })
        .waitFor();
      expect(store.all()).toMatchObject([{ kind: "all", by: "dashboard" }]);
      await page.locator("#kill", { hasText: "Resume all" }).click();
      await page.locator("#profiles td", { hasText: "running" }).waitFor();
      expect(store.all()).toEqual([]);
      expect({ troubles, title: await page.title() }).toEqual({
        troubles: [],
        title: "Bellwether",
      });
    } finally {
      await browser.close();
      await server.close();
    }
  },
);
