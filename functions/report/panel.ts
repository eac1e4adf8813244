import { numberOf, textOf } from "../../core/domain/decimal.ts";
import type { Chart, ProfileResult } from "../../core/runtime/result.ts";
import { numberCell } from "./comparison.ts";
import { count, dayText, dollars, percent, price } from "./format.ts";
import { embeddedJson, type Html, html, trusted } from "./html.ts";
import { monthsTable } from "./months.ts";
import { profilePayload } from "./payload.ts";
import { pairs, parameterPairs, statisticsTables } from "./statistics.ts";

/** How many profiles and charts share the page, and so what each may take of it. */
export type PageSize = Parameters<typeof profilePayload>[2];

/** Everything about one profile: the panel behind its tab, with the data that its scripts read. */
export function profilePanel(
  profile: ProfileResult,
  charts: readonly Chart[],
  index: number,
  page: PageSize,
): Html {
  const { data, omitted } = profilePayload(profile, charts, page);
  return html`<article class="panel" id="profile-${index}" role="tabpanel" aria-labelledby="tab-${index}">
<script type="application/json">${trusted(embeddedJson(data))}</script>
<h2>${profile.name}</h2>
<p class="lede">${lede(profile)}</p>
${profile.description !== "" && html`<p>${profile.description}</p>`}
${warnings(profile.warnings)}
${section("Key statistics", statisticsTables(profile.statistics))}
${section("Equity and drawdown", html`<div class="host" data-view="curves"></div>`)}
${section("Monthly returns, percent", monthsTable(profile.equity))}
${charts.length > 0 && section("Price and fills", host("prices"), omitted.charts)}
${section("Round trips", rowsOrNone(profile.trips.length, "trips"), omitted.trips)}
${section("Orders", rowsOrNone(profile.orders.length, "orders"), omitted.orders)}
${
  profile.selections.length > 0 &&
  section("Scanner selections", host("selections"), omitted.selections)
}
${section("Open positions at the end", positions(profile))}
<div class="columns">
${section("Decisions by outcome", outcomes(profile.outcomes))}
${section("Parameters", parameterPairs(profile.params))}
</div>
</article>`;
}

function lede(profile: ProfileResult): string {
  const { universe, bars, fromMs, toMs } = profile;
  const symbols = universe.slice(0, 8).join(", ") + (universe.length > 8 ? " …" : "");
  return [
    `Strategy ${profile.strategy} on ${profile.timeframe} bars`,
    `${universe.length === 1 ? "" : `${count(universe.length)} instruments: `}${symbols}`,
    `${dayText(fromMs)} to ${dayText(toMs)}, ${count(bars)} bars`,
    `account ${profile.account}`,
    `order list ${profile.orderListHash.slice(0, 12)}`,
  ].join(" · ");
}

/** Said before any figure, as a warning changes how the figures are to be read. */
function warnings(texts: readonly string[]): Html | null {
  if (texts.length === 0) return null;
  return html`<aside class="warnings" aria-label="Warnings"><strong>${texts.length === 1 ? "Warning" : `${count(texts.length)} warnings`}</strong>
<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul></aside>`;
}

function section(title: string, content: Html, note: string | null = null): Html {
  return html`<section><h3>${title}</h3>${note !== null && html`<p class="note">${note}</p>`}${content}</section>\n`;
}

function host(view: string): Html {
  return html`<div class="host" data-view="${view}"></div>`;
}

function rowsOrNone(rows: number, view: string): Html {
  return rows > 0 ? host(view) : html`<p class="quiet">None.</p>`;
}

function positions({ positions: open, cash }: ProfileResult): Html {
  const rows = open.map(
    (position) => html`<tr><th scope="row">${position.symbol}</th>
${numberCell(textOf(position.quantity))}
${numberCell(price(numberOf(position.averagePrice)))}
${numberCell(dollars(numberOf(position.marketValue)))}
${numberCell(dollars(numberOf(position.unrealised)), numberOf(position.unrealised))}</tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Open positions">
<table class="figures"><caption class="hidden">Open positions and cash at the end of the run</caption>
<thead><tr><th scope="col">Symbol</th><th scope="col" class="number">Quantity</th>
<th scope="col" class="number">Average price</th><th scope="col" class="number">Value</th>
<th scope="col" class="number">Unrealised</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">Cash</th><td></td><td></td>${numberCell(dollars(numberOf(cash)))}<td></td></tr></tfoot>
</table></div>`;
}

function outcomes(counts: ProfileResult["outcomes"]): Html {
  const all = Object.values(counts).reduce((sum, times) => sum + times, 0);
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (rows.length === 0) return html`<p class="quiet">None.</p>`;
  return pairs(
    rows.map(([name, times]) => [
      name,
      html`${count(times)} <span class="quiet">${percent(times / all)}</span>`,
    ]),
  );
}
