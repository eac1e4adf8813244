import { el } from "./dom.js";
import { dayText, percent } from "./format.js";
import { colour, dashes, lineColour, onTheme } from "./theme.js";

/** @typedef {{ name: string, t: number[], v: number[] }} Curve dollars by UTC milliseconds */
/** @typedef {{ curve: Curve, colour: () => string, dash?: number[], width?: number }} Line */

/**
 * Growth of every profile and benchmark, and how far each stands below its peak.
 * @param {Element} host
 */
export function overview(host, { profiles, combined, benchmarks }) {
  const lines = profiles.map((curve, index) => ({
    curve,
    colour: () => lineColour(index),
    dash: dashes(index),
  }));
  if (combined !== null) {
    lines.push({ curve: combined, colour: () => colour("--ink"), width: 2.5 });
  }
  for (const curve of benchmarks) lines.push(benchmarkLine(curve));
  growthAndFall(host, lines, 340);
}

/**
 * The curves of one profile beside its benchmark.
 * @param {Element} host
 */
export function profileCurves(host, { equity, benchmark }) {
  const own = { curve: equity, colour: () => lineColour(0), width: 2 };
  growthAndFall(host, benchmark === null ? [own] : [own, benchmarkLine(benchmark)], 280);
}

function benchmarkLine(curve) {
  const name = `${curve.name} (benchmark)`;
  return { curve: { ...curve, name }, colour: () => colour("--quiet"), dash: [2, 3] };
}

/** @param {Element} host @param {Line[]} lines @param {number} height */
function growthAndFall(host, lines, height) {
  const charts = [
    { title: "Return since the start", values: growth, height },
    { title: "Drawdown", values: drawdown, height: 170 },
  ];
  for (const { title, values, height: tall } of charts) {
    const place = el("div", {
      class: "plot",
      role: "img",
      "aria-label": said(title, lines, values),
    });
    host.append(el("h4", {}, title), place);
    plot(place, lines, values, tall);
  }
}

/** @param {Element} place */
function plot(place, lines, values, height) {
  const data = uPlot.join(
    lines.map(({ curve }) => [curve.t.map((timeMs) => timeMs / 1000), values(curve.v)]),
  );
  let chart;
  onTheme(() => {
    chart?.destroy();
    chart = new uPlot(settings(lines, place.clientWidth, height), data, place);
  });
  new ResizeObserver(() => {
    if (place.clientWidth > 0 && place.clientWidth !== chart.width) {
      chart.setSize({ width: place.clientWidth, height });
    }
  }).observe(place);
}

function settings(lines, width, height) {
  const axis = {
    stroke: colour("--quiet"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colour("--rule"), width: 1 },
    ticks: { stroke: colour("--rule"), width: 1 },
  };
  return {
    width,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "America/New_York"),
    cursor: { sync: { key: "time" }, points: { size: 6 } },
    axes: [axis, { ...axis, size: 64, values: (_, marks) => marks.map(wholePercent) }],
    series: [
      { label: "Day", value: (_, seconds) => (seconds === null ? "–" : dayText(seconds * 1000)) },
      ...lines.map((line) => ({
        label: line.curve.name,
        stroke: line.colour(),
        width: line.width ?? 1.5,
        dash: line.dash ?? [],
        spanGaps: true,
        points: { show: line.curve.t.length < 12 },
        value: (_, value) => percent(value ?? null),
      })),
    ],
  };
}

function wholePercent(value) {
  return `${Number((value * 100).toFixed(2))}%`;
}

function growth(values) {
  return values.map((value) => (values[0] > 0 ? value / values[0] - 1 : null));
}

function drawdown(values) {
  let peak = -Infinity;
  return values.map((value) => {
    peak = Math.max(peak, value);
    return peak > 0 ? value / peak - 1 : null;
  });
}

/** What a chart shows, for those who hear the page. */
function said(title, lines, values) {
  const ends = lines.map(({ curve }) => {
    const shown = values(curve.v);
    const figure = title === "Drawdown" ? shown.reduce((a, b) => Math.min(a, b), 0) : shown.at(-1);
    return `${curve.name} ${percent(figure ?? null)}`;
  });
  return `${title}: ${ends.join(", ")}`;
}
