import type { Statistics } from "../../core/analysis/statistics.ts";
import { dayText, formatted, NOTHING } from "./format.ts";
import { type Figure, figures, spelt, terms } from "./glossary.ts";
import { type Html, html } from "./html.ts";

/** Every statistic of a profile, with a short explanation. */
export function statisticsTables(statistics: Statistics): Html {
  return html`<dl class="facts">
${figures.map((name) => {
  const { label, says } = terms[name];
  return html`<div>
<dt><abbr title="${says}" tabindex="0">${label}</abbr></dt>
<dd>${textOf(name, statistics[name])}</dd></div>`;
})}</dl>`;
}

/** Any value as text: for parameters and for statistics of other kinds than numbers. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return NOTHING;
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (isRecord(value)) {
    return Object.entries(value)
      .map(([key, part]) => `${key}: ${valueText(part)}`)
      .join(", ");
  }
  return String(value);
}

function textOf(name: Figure, value: number | null): string {
  if (value === null) return NOTHING;
  return name.endsWith("Ms") ? dayText(value) : formatted(terms[name].kind, value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A table of two columns, name and value. */
export function pairs(entries: readonly (readonly [string, string | Html])[]): Html {
  return html`<dl class="facts wide">${entries.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

/** Parameters of a strategy by name. */
export function parameterPairs(params: Readonly<Record<string, unknown>>): Html {
  const entries = Object.entries(params);
  if (entries.length === 0) return html`<p class="quiet">None.</p>`;
  return pairs(entries.map(([name, value]) => [spelt(name), valueText(value)]));
}
