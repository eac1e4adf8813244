import { dayText, formatted, NOTHING } from "./format.ts";
import { spelt, termOf } from "./glossary.ts";
import { isRecord } from "./headline.ts";
import { type Html, html } from "./html.ts";

interface Row {
  readonly label: string;
  readonly says: string;
  readonly text: string;
}

const HIGHEST_DEPTH = 3;

/** Every statistic of a profile, known or not, with a short explanation where there is one. */
export function statisticsTables(statistics: Readonly<Record<string, unknown>>): Html {
  const rows = rowsOf(statistics, "", 0);
  if (rows.length === 0) return html`<p class="quiet">No statistics.</p>`;
  return html`<dl class="facts">
${rows.map(
  ({ label, says, text }) => html`<div>
<dt>${says === "" ? label : html`<abbr title="${says}" tabindex="0">${label}</abbr>`}</dt>
<dd>${text}</dd></div>`,
)}</dl>`;
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

function rowsOf(group: Readonly<Record<string, unknown>>, before: string, depth: number): Row[] {
  return Object.entries(group).flatMap(([key, value]): Row[] => {
    const term = termOf(key);
    const label = before === "" ? term.label : `${before}: ${term.label.toLowerCase()}`;
    if (isRecord(value) && depth < HIGHEST_DEPTH) return rowsOf(value, label, depth + 1);
    // Lists (drawdowns, returns by month and year) are curves and tables of their own.
    if (Array.isArray(value)) return [];
    return [{ label, says: term.says, text: textOf(key, value) }];
  });
}

function textOf(key: string, value: unknown): string {
  if (typeof value !== "number") return valueText(value);
  if (/Ms$/.test(key) && value > 1e11) return dayText(value);
  return formatted(termOf(key).kind, value);
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
