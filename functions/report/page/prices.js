import { el } from "./dom.js";
import { count, dayText, NOTHING, price, timeText } from "./format.js";
import { colour, lineColour, onTheme } from "./theme.js";

const MARKERS_WITH_TEXT = 60;
const PRICE_HEIGHT = 400;
const PANE_HEIGHT = 120;

/**
 * Candles of one instrument at a time, with volume, indicators and fills.
 * @param {Element} host
 */
export function prices(host, { charts }) {
  const place = el("div", { class: "candles" });
  const legend = el("p", { class: "legend" });
  let chosen = unpacked(charts[0]);
  let chart;
  const draw = () => {
    chart?.remove();
    chart = candleChart(place, legend, chosen);
  };
  const choice = el(
    "select",
    {
      "aria-label": "Instrument",
      onchange: () => {
        chosen = unpacked(charts[choice.selectedIndex]);
        draw();
      },
    },
    ...charts.map(({ symbol, marks }) =>
      el("option", {}, `${symbol} (${count(marks.length)} fills)`),
    ),
  );
  host.append(el("div", { class: "pager" }, choice), legend, place);
  onTheme(draw);
}

/**
 * Times are stored as differences; candles that would share a second with the one before are left
 * out.
 */
function unpacked(chart) {
  let timeMs = 0;
  const times = chart.timeSteps.map((step) => {
    timeMs += step;
    return Math.floor(timeMs / 1000);
  });
  const kept = times.map((_, index) => index).filter((at) => at === 0 || times[at] > times[at - 1]);
  return { ...chart, times, kept };
}

function candleChart(place, legend, data) {
  const { times, kept } = data;
  const daily = times.length < 2 || (times.at(-1) - times[0]) / (times.length - 1) > 80_000;
  const said = (seconds) => (daily ? dayText : timeText)(seconds * 1000);
  const panes = Math.max(0, ...data.indicators.map(({ pane }) => pane));
  place.style.height = `${PRICE_HEIGHT + panes * PANE_HEIGHT}px`;
  const chart = LightweightCharts.createChart(place, options(said));
  const candles = chart.addSeries(LightweightCharts.CandlestickSeries, candleColours(data));
  candles.setData(
    kept.map((at) => ({
      time: times[at],
      open: data.open[at],
      high: data.high[at],
      low: data.low[at],
      close: data.close[at],
    })),
  );
  addVolume(chart, data);
  data.indicators.forEach((indicator, index) => {
    addIndicator(chart, data, indicator, index);
  });
  LightweightCharts.createSeriesMarkers(candles, markers(data));
  chart.panes().forEach((pane, index) => {
    pane.setHeight(index === 0 ? PRICE_HEIGHT : PANE_HEIGHT);
  });
  follow(chart, legend, data, said);
  const last = kept.length;
  chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, last - 250), to: last + 4 });
  return chart;
}

function options(said) {
  return {
    autoSize: true,
    layout: {
      background: { color: "transparent" },
      textColor: colour("--quiet"),
      fontFamily: "system-ui, sans-serif",
      attributionLogo: false,
      panes: { separatorColor: colour("--rule") },
    },
    grid: { vertLines: { color: colour("--rule") }, horzLines: { color: colour("--rule") } },
    rightPriceScale: { borderColor: colour("--rule") },
    timeScale: {
      borderColor: colour("--rule"),
      minBarSpacing: 0.05,
      tickMarkFormatter: tick,
    },
    localization: { timeFormatter: said },
    crosshair: { mode: LightweightCharts.CrosshairMode.Normal },
  };
}

/** Year, month, day or clock time, by what kind of mark it is. */
function tick(seconds, kind) {
  const text = timeText(seconds * 1000);
  if (kind === 0) return text.slice(0, 4);
  if (kind === 1) return text.slice(0, 7);
  return kind === 2 ? text.slice(5, 10) : text.slice(11, kind === 3 ? 16 : 19);
}

function candleColours({ close }) {
  const [rise, fall] = [colour("--rise"), colour("--fall")];
  const places = (close[0] ?? 1) < 1 ? 6 : (close[0] ?? 1) < 10 ? 4 : 2;
  return {
    upColor: rise,
    downColor: fall,
    borderVisible: false,
    wickUpColor: rise,
    wickDownColor: fall,
    priceFormat: { type: "price", precision: places, minMove: 10 ** -places },
  };
}

function addVolume(chart, { times, kept, volume }) {
  if (!volume.some((value) => value > 0)) return;
  const series = chart.addSeries(LightweightCharts.HistogramSeries, {
    color: colour("--volume"),
    priceFormat: { type: "volume" },
    priceScaleId: "volume",
    lastValueVisible: false,
    priceLineVisible: false,
  });
  series.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  series.setData(kept.map((at) => ({ time: times[at], value: volume[at] })));
}

function addIndicator(chart, { times, kept }, { name, pane, values }, index) {
  const series = chart.addSeries(
    LightweightCharts.LineSeries,
    {
      color: lineColour(index),
      lineWidth: 1.5,
      title: pane === 0 ? "" : name,
      lastValueVisible: pane !== 0,
      priceLineVisible: false,
    },
    pane,
  );
  series.setData(
    kept.map((at) =>
      values[at] === null ? { time: times[at] } : { time: times[at], value: values[at] },
    ),
  );
}

function markers({ marks, times }) {
  const few = marks.length <= MARKERS_WITH_TEXT;
  return [...marks]
    .sort((a, b) => a[0] - b[0])
    .map(([at, side, quantity]) => ({
      time: times[at],
      position: side === "buy" ? "belowBar" : "aboveBar",
      shape: side === "buy" ? "arrowUp" : "arrowDown",
      color: colour(side === "buy" ? "--buy" : "--sell"),
      ...(few && { text: quantity }),
    }));
}

/** The line above the chart: what stands under the pointer, else what came last. */
function follow(chart, legend, data, said) {
  const { times, kept, indicators, marks } = data;
  const placeOf = new Map(kept.map((at) => [times[at], at]));
  const marksAt = byCandle(marks);
  const tell = (at) => {
    const figures = ["open", "high", "low", "close"].map(
      (key) => `${key[0].toUpperCase()} ${price(data[key][at] ?? null)}`,
    );
    legend.replaceChildren(
      el("strong", {}, data.symbol),
      el("span", {}, said(times[at])),
      ...figures.map((text) => el("span", {}, text)),
      el("span", {}, `V ${count(data.volume[at] ?? null)}`),
      ...indicators.map(({ name, values }, index) =>
        el(
          "span",
          { style: `color:${lineColour(index)}` },
          `${name} ${values[at] == null ? NOTHING : price(Number(values[at].toPrecision(6)))}`,
        ),
      ),
      ...(marksAt.get(at) ?? []).map(([, side, quantity, paid, reason]) =>
        el("span", { class: side }, `${side} ${quantity} at ${paid}: ${reason}`),
      ),
    );
  };
  const last = kept.at(-1);
  if (last === undefined) return;
  tell(last);
  chart.subscribeCrosshairMove(({ time }) => tell(placeOf.get(time) ?? last));
}

/** Looked up at every move of the pointer, so found by candle. */
function byCandle(marks) {
  const groups = new Map();
  for (const mark of marks) groups.set(mark[0], [...(groups.get(mark[0]) ?? []), mark]);
  return groups;
}
