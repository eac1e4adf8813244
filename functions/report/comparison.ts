import type { Statistics } from "../../core/analysis/statistics.ts";
import type { ReplayResult } from "../../core/runtime/result.ts";
import { formatted } from "./format.ts";
import { headline } from "./headline.ts";
import { type Html, html } from "./html.ts";

/** The headline table: a row a profile and, for several, one of all together. */
export function comparisonTable(result: ReplayResult): Html {
  const several = result.profiles.length > 1;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Comparison of profiles">
<table class="figures comparison">
<caption class="hidden">Headline figures of every profile</caption>
<thead><tr>
<th scope="col">Profile</th><th scope="col">Strategy</th>
${headline.map(({ label, says }) => html`<th scope="col" class="number" title="${says}">${label}</th>`)}
<th scope="col" title="sha256 over the ordered list of orders with their fills">Orders hash</th>
</tr></thead>
<tbody>
${result.profiles.map(
  (profile, index) => html`<tr>
<th scope="row"><a href="#profile-${index}">${profile.name}</a></th>
<td>${profile.strategy}</td>
${figures(profile.statistics)}
<td><code title="${profile.orderListHash}">${shortHash(profile.orderListHash)}</code></td>
</tr>`,
)}
</tbody>
${
  several &&
  html`<tfoot><tr><th scope="row">All profiles</th><td></td>${figures(result.combined.statistics)}<td></td></tr></tfoot>`
}
</table></div>`;
}

/** A number cell; gains and losses are coloured besides carrying their sign. */
export function numberCell(text: string, tone: number | null = null): Html {
  const sense = tone === null || tone === 0 ? "" : tone > 0 ? " gain" : " loss";
  return html`<td class="number${sense}">${text}</td>`;
}

/** The first twelve digits of a hash: enough to compare by eye. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}

function figures(statistics: Statistics): readonly Html[] {
  return headline.map((column) => {
    const value = column.of(statistics);
    return numberCell(formatted(column.kind, value), column.signed ? value : null);
  });
}
