import { describe, expect, test } from "vitest";
import * as kit from "../../core/indicators/index.ts";
import type { Indicator, IndicatorState } from "../../core/indicators/indicator.ts";
import { apple, largestError, pairs, series, sp500 } from "./bars.ts";
import { talib } from "./talib.ts";

/** One output of an indicator beside the function and output of TA-Lib that it must agree with. */
interface Agreement {
  readonly name: string;
  readonly error: (bars: typeof sp500) => number;
}

function agree<S extends IndicatorState>(
  indicator: Indicator<S>,
  read: (state: S) => number,
  name: string,
  params: object = {},
  output?: string,
): Agreement {
  const shown = output === undefined ? name : `${name} ${output}`;
  return {
    name: `${indicator.name} ${JSON.stringify(indicator.params)} is TA-Lib's ${shown}`,
    error: (bars) =>
      largestError(
        series(indicator, bars, read),
        talib(name, bars, params, indicator.warmUp, output),
      ),
  };
}

const now = (state: IndicatorState) => state.now;
const p = (timePeriod: number) => ({ timePeriod });

const agreements: Agreement[] = [
  ...[2, 20, 200].flatMap((n) => [
    agree(kit.sma(n), now, "SMA", p(n)),
    agree(kit.ema(n), now, "EMA", p(n)),
    agree(kit.wma(n), now, "WMA", p(n)),
    agree(kit.dema(n), now, "DEMA", p(n)),
    agree(kit.tema(n), now, "TEMA", p(n)),
    agree(kit.kama(n), now, "KAMA", p(n)),
    agree(kit.rsi(n), now, "RSI", p(n)),
    agree(kit.highest(n, { source: "close" }), now, "MAX", p(n)),
    agree(kit.lowest(n, { source: "close" }), now, "MIN", p(n)),
    agree(kit.stdDev(n), (s) => s.now ** 2, "VAR", p(n)),
    agree(kit.atr(n), now, "ATR", p(n)),
    agree(kit.williamsR(n), now, "WILLR", p(n)),
    agree(kit.cci(n), now, "CCI", p(n)),
    agree(kit.mfi(n), now, "MFI", p(n)),
    agree(kit.roc(n), now, "ROC", p(n)),
    agree(kit.momentum(n), now, "MOM", p(n)),
    agree(kit.linearRegression(n), now, "LINEARREG", p(n)),
    agree(kit.linearRegression(n), (s) => s.slope, "LINEARREG_SLOPE", p(n)),
  ]),
  ...[3, 14, 50].flatMap((n) => [
    agree(kit.adx(n), now, "ADX", p(n)),
    agree(kit.aroon(n), now, "AROONOSC", p(n)),
    agree(kit.aroon(n), (s) => s.up, "AROON", p(n), "aroonUp"),
    agree(kit.aroon(n), (s) => s.down, "AROON", p(n), "aroonDown"),
  ]),
  agree(kit.bollinger(20), now, "BBANDS", p(20), "middleBand"),
  agree(kit.macd(), now, "MACD", {}, "MACD"),
  agree(kit.macd(), (s) => s.signal, "MACD", {}, "MACDSignal"),
  agree(kit.macd(), (s) => s.histogram, "MACD", {}, "MACDHist"),
  // A %D over one bar is %K, which this build of TA-Lib does not copy out to the end.
  agree(kit.stochasticFast(5, { d: 1 }), now, "STOCHF", { fastD_Period: 1 }, "fastD"),
  agree(kit.stochasticFast(5), (s) => s.d, "STOCHF", {}, "fastD"),
  agree(kit.stochasticRsi(14, { k: 5 }), now, "STOCHRSI", {}, "fastK"),
  agree(kit.stochasticRsi(14, { k: 5 }), (s) => s.d, "STOCHRSI", {}, "fastD"),
  agree(kit.parabolicSar(), now, "SAR"),
  agree(kit.parabolicSar({ step: 0.05, maximum: 0.3 }), now, "SAR", {
    acceleration: 0.05,
    maximum: 0.3,
  }),
  agree(kit.trueRange(), now, "TRANGE"),
];

describe.each([
  ["the S&P 500 from 2000 to 2020", sp500],
  ["Apple from 2013 to 2018", apple],
])("on %s, within 1e-9", (_name, bars) => {
  test.each(agreements.map((a) => [a.name, a] as const))("%s", (_title, { error }) => {
    expect(error(bars)).toBeLessThan(1e-9);
  });

  test("the bands of bollinger are TA-Lib's, as far as this build of it fills them", () => {
    const params = { timePeriod: 20, nbDevUp: 2.5, nbDevDn: 2 };
    for (const [deviations, read, output] of [
      [2.5, (state: kit.BollingerState) => state.upper, "upperBand"],
      [2, (state: kit.BollingerState) => state.lower, "lowerBand"],
    ] as const) {
      const expected = talib("BBANDS", bars, params, 20, output).slice(0, 19);
      const got = series(kit.bollinger(20, { deviations }), bars, read).slice(0, 19);
      expect(largestError(got, expected)).toBeLessThan(1e-9);
    }
  });

  test("stochastic-slow is TA-Lib's smoothed %K, and its mean again", () => {
    const slow = kit.stochasticSlow(5, { smoothing: 3, d: 4 });
    const k = talib("STOCHF", bars, { fastK_Period: 5, fastD_Period: 3 }, 7, "fastD");
    const d = talib("SMA", bars.slice(6), { inReal: k, timePeriod: 4 }, 4);
    expect(largestError(series(slow, bars), k.slice(3))).toBeLessThan(1e-9);
    expect(
      largestError(
        series(slow, bars, (state) => state.d),
        d,
      ),
    ).toBeLessThan(1e-9);
  });

  test("the directional indicators of adx are TA-Lib's from its first value on", () => {
    const skipped = 14;
    for (const [name, read] of [
      ["PLUS_DI", (state: kit.AdxState) => state.plusDi],
      ["MINUS_DI", (state: kit.AdxState) => state.minusDi],
    ] as const) {
      const expected = talib(name, bars, p(14), 15).slice(skipped - 1);
      expect(largestError(series(kit.adx(14), bars, read), expected)).toBeLessThan(1e-9);
    }
  });
});

describe("of two instruments, within 1e-9", () => {
  const own = pairs.map(([bar]) => bar);
  const others = pairs.map(([, other]) => other);
  const closes = (bars: typeof own) => bars.map((bar) => bar.close);

  test.each([20, 100])("correlation over %i bars is TA-Lib's CORREL", (period) => {
    const params = { ...p(period), inReal0: closes(own), inReal1: closes(others) };
    const indicator = kit.correlation(period, { against: "SPX" });
    const expected = talib("CORREL", own, params, indicator.warmUp);
    expect(largestError(series(indicator, own, now, others), expected)).toBeLessThan(1e-9);
  });

  test.each([5, 20, 100])("beta over %i bars is TA-Lib's BETA", (period) => {
    const params = { ...p(period), inReal0: closes(others), inReal1: closes(own) };
    const indicator = kit.beta(period, { against: "SPX" });
    const expected = talib("BETA", own, params, indicator.warmUp);
    expect(largestError(series(indicator, own, now, others), expected)).toBeLessThan(1e-9);
  });
});
