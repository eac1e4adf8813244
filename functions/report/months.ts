import type { ProfileResult } from "../../core/runtime/result.ts";
import { NOTHING, percent } from "./format.ts";
import { type Html, html } from "./html.ts";
import { monthlyReturns } from "./monthly.ts";

const NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
/** A month of this much, either way, has the fullest colour. */
const FULL_COLOUR = 0.1;

/** Returns by month and year; the shade grows with the size of the move. */
export function monthsTable(equity: ProfileResult["equity"]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Monthly returns">
<table class="figures months">
<caption class="hidden">Monthly returns in percent</caption>
<thead><tr><th scope="col">Year</th>
${NAMES.map((name) => html`<th scope="col" class="number">${name}</th>`)}
<th scope="col" class="number">Year</th></tr></thead>
<tbody>${monthlyReturns(equity).map(
    ({ year, months, total }) => html`<tr><th scope="row">${year}</th>
${months.map((value) => cell(value, "heat"))}${cell(total, "total")}</tr>`,
  )}</tbody></table></div>`;
}

function cell(value: number | null, kind: string): Html {
  if (value === null) return html`<td class="number quiet">${NOTHING}</td>`;
  const share = Math.round(Math.min(1, Math.abs(value) / FULL_COLOUR) * 100);
  const text = percent(value).replace("%", "");
  return html`<td class="number ${kind} ${value < 0 ? "fall" : "rise"}" style="--share:${share}%">${text}</td>`;
}
