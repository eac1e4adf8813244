import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { InvariantError } from "../../core/domain/errors.ts";
import { type Html, html, trusted } from "./html.ts";

const require = createRequire(import.meta.url);

/** The scripts of the page: modules in the checkout, each after those that it imports from. */
const modules = ["dom", "format", "table", "theme", "curves", "prices", "orders", "trips", "main"];

/** Styles of the page and of uPlot. */
export function styles(): Html {
  const uplot = readFileSync(require.resolve("uplot/dist/uPlot.min.css"), "utf8");
  return html`<style>${trusted(uplot)}${trusted(pageFile("report.css"))}</style>`;
}

/** The libraries and the page's own script, as script elements. */
export function scripts(): Html {
  return html`${sources().map((source) => html`<script>${trusted(source)}</script>\n`)}`;
}

/**
 * A policy for the browser: nothing may be fetched, and no script may run but these, known by their
 * hashes. Should text ever slip through unescaped, it still could do nothing.
 * @see https://www.w3.org/TR/CSP3/
 */
export function contentPolicy(): string {
  const hashes = sources().map(
    (source) => `'sha256-${createHash("sha256").update(source).digest("base64")}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${hashes.join(" ")}`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

let kept: readonly string[] | undefined;

function sources(): readonly string[] {
  kept ??= [chartLibrary(), uplotLibrary(), ownScript()].map(fitForScript);
  return kept;
}

function chartLibrary(): string {
  const root = dirname(require.resolve("lightweight-charts/package.json"));
  return readFileSync(join(root, "dist/lightweight-charts.standalone.production.js"), "utf8");
}

function uplotLibrary(): string {
  return readFileSync(require.resolve("uplot/dist/uPlot.iife.min.js"), "utf8");
}

/**
 * One plain script out of the modules, as a page opened from a file cannot import others: each
 * becomes a function that runs once and returns its exports, each import takes them from there.
 */
function ownScript(): string {
  const parts = modules.map((name) => {
    const source = pageFile(`${name}.js`);
    const exports = [...source.matchAll(/^export (?:function|const) (\w+)/gm)].map((at) => at[1]);
    const body = source
      .replace(/^import (\{[^}]*\}) from "\.\/(\w+)\.js";$/gm, "const $1 = $2Module;")
      .replace(/^export /gm, "");
    return `const ${name}Module = (() => {\n${body}\nreturn { ${exports.join(", ")} };\n})();`;
  });
  return `(() => {\n"use strict";\n${parts.join("\n")}\n})();`;
}

function pageFile(name: string): string {
  return readFileSync(new URL(`./page/${name}`, import.meta.url), "utf8");
}

function fitForScript(source: string): string {
  if (/<\/script|<!--/i.test(source)) {
    throw new InvariantError("expected a script without markup that would end its element");
  }
  return source;
}
