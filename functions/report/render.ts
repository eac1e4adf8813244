import type { Chart, ReplayResult } from "../../core/runtime/result.ts";
import { contentPolicy, scripts, styles } from "./assets.ts";
import { comparisonTable } from "./comparison.ts";
import { count, dayText, percent } from "./format.ts";
import { embeddedJson, type Html, html, trusted } from "./html.ts";
import { profilePanel } from "./panel.ts";
import { overviewPayload } from "./payload.ts";
import { pairs } from "./statistics.ts";

/**
 * A replay as one HTML file that opens from disk: figures, charts, trades and the event chain of
 * every order. It fetches nothing. Equal results give equal bytes. Charts belong to profiles by
 * name; long charts are drawn coarser and long lists cut at the front, and the page says where.
 */
export function renderReport(result: ReplayResult, charts: readonly Chart[]): string {
  const { profiles } = result;
  const page = { profiles: Math.max(1, profiles.length), charts: charts.length };
  const panels = profiles.map((profile, index) =>
    profilePanel(
      profile,
      charts.filter((chart) => chart.profile === profile.name),
      index,
      page,
    ),
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Bellwether ${result.run.version}">
<link rel="icon" href="data:,">
<title>${title(result)}</title>
${styles()}
</head>
<body>
<a class="skip" href="#main">Skip to the figures</a>
<header class="top"><p class="brand">Bellwether</p><h1>Replay report</h1>
<p class="lede">${subtitle(result)}</p></header>
<main id="main">
<noscript><p class="warnings">Charts, trades and orders need JavaScript; nothing is fetched.</p></noscript>
<section id="overview"><script type="application/json">${trusted(embeddedJson(overviewPayload(result)))}</script>
<h2 class="hidden">Overview</h2>
${comparisonTable(result)}
<h3>Growth of all profiles</h3>
<div class="host" data-view="overview"></div>
</section>
${tabs(result)}
${panels}
${identity(result)}
</main>
${footer()}
${scripts()}</body>
</html>
`.html;
}

function title({ profiles }: ReplayResult): string {
  const [only] = profiles;
  return profiles.length === 1 && only !== undefined
    ? `${only.name} – replay report`
    : `${count(profiles.length)} profiles – replay report`;
}

function subtitle({ profiles, run }: ReplayResult): string {
  const from = Math.min(...profiles.map(({ fromMs }) => fromMs));
  const to = Math.max(...profiles.map(({ toMs }) => toMs));
  const span = profiles.length === 0 ? [] : [`${dayText(from)} to ${dayText(to)}`];
  const number = `${count(profiles.length)} ${profiles.length === 1 ? "profile" : "profiles"}`;
  return [number, ...span, `fidelity ${run.fidelity}`, "times of New York"].join(" · ");
}

function tabs({ profiles }: ReplayResult): Html {
  return html`<nav class="tabs" aria-label="Profiles"><div role="tablist" aria-label="Profiles">${profiles.map(
    ({ name, warnings }, index) =>
      html`<a role="tab" id="tab-${index}" href="#profile-${index}" aria-controls="profile-${index}">${name}${
        warnings.length > 0 &&
        html`<span class="flag" title="Has warnings" aria-label="has warnings">!</span>`
      }</a>`,
  )}</div></nav>`;
}

/** What gave this result: the same identity gives the same bytes. */
function identity({ run, models }: ReplayResult): Html {
  const code = (text: string) => html`<code>${text}</code>`;
  return html`<section id="identity"><h2>Run identity</h2>
<p class="note">The same commit, profiles, data and seed give the same order list, byte for byte.</p>
<div class="columns">
${pairs([
  ["Commit", code(run.commit ?? "not a checkout")],
  ["Version", run.version],
  ["Profiles", code(run.profileHash)],
  ["Data", code(run.dataHash)],
  ["Seed", String(run.seed)],
  ["Fidelity", run.fidelity],
])}
${pairs([
  ["Fills", models.fill],
  ["Slippage", models.slippage],
  ["Fees", models.fees],
  ["Latency", models.latency],
  [
    "Participation",
    models.participation === null
      ? "no limit"
      : `${percent(models.participation)} of a bar's volume`,
  ],
])}
</div></section>`;
}

/** Names the makers of the chart libraries, as the licence of the first asks of every page. */
function footer(): Html {
  return html`<footer><p>Past results of a simulation; no promise of future ones.</p>
<p>Price charts: <a href="https://www.tradingview.com/" rel="noreferrer">TradingView</a> Lightweight
Charts™, © TradingView, Inc., Apache License 2.0. Curves: uPlot, © Leon Sorokin, MIT License.</p></footer>`;
}
