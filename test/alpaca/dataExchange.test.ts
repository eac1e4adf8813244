import { describe, expect, test } from "vitest";
import { equity } from "../../core/domain/instruments.ts";
import { HOUR_MS, MINUTE_MS } from "../../core/domain/time.ts";
import { AlpacaData } from "../../functions/alpaca/alpacaData.ts";
import { alpacaClient } from "../../functions/alpaca/clientOptions.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { DATE, minutes, OPEN_MS, type Row } from "../exchange/rigs.ts";
import { unlimited } from "./rigs.ts";

const CLOSE_MS = OPEN_MS + 6.5 * HOUR_MS;

/** A day of minutes that all differ, as the local exchange has it once the day is over. */
function rig() {
  const rows = Array.from({ length: 390 }, (_, i): Row => [i + 1, i + 3, i + 0.5, i + 2, i + 10]);
  const exchange = createExchange({ feeds: [minutes(equity("SPY"), rows)] });
  exchange.advanceTo(CLOSE_MS);
  const fetchApi = (url: string | URL | Request, init?: RequestInit) =>
    exchange.fetch(new Request(url, init));
  const client = alpacaClient({ keyId: "key", secret: "secret", readRetries: 0, fetchApi });
  return { rows, data: new AlpacaData(client, { trading: unlimited, data: unlimited }) };
}

describe("market data of the local exchange", () => {
  test("minutes are the recorded ones, stamped by their close", async () => {
    const { rows, data } = rig();
    const span = { afterMs: OPEN_MS, untilMs: CLOSE_MS };
    const bars = (await data.bars({ symbols: ["SPY"], timeframe: "1m", ...span })).get("SPY") ?? [];
    expect(
      bars.map(({ open, high, low, close, volume }) => [open, high, low, close, volume]),
    ).toEqual(rows);
    expect(bars.map(({ closeTimeMs }) => closeTimeMs)).toEqual(
      rows.map((_, i) => OPEN_MS + (i + 1) * MINUTE_MS),
    );
  });

  test("hours begin with the session and end with it", async () => {
    const { data } = rig();
    const span = { afterMs: OPEN_MS, untilMs: CLOSE_MS };
    const bars = (await data.bars({ symbols: ["SPY"], timeframe: "1h", ...span })).get("SPY") ?? [];
    expect(bars).toHaveLength(7);
    expect(bars[0]).toMatchObject({ openTimeMs: OPEN_MS, open: 1, close: 61 });
    expect(bars[6]).toMatchObject({ closeTimeMs: CLOSE_MS, close: 391 });
  });

  test("the clock is the venue's", async () => {
    const { data } = rig();
    const timeMs = await data.timeMs();
    expect(Math.abs(timeMs - (await data.timeMs()))).toBeLessThan(1_000);
    expect(timeMs).toBeGreaterThanOrEqual(OPEN_MS);
    expect(timeMs).toBeLessThanOrEqual(CLOSE_MS);
  });

  test("the calendar and the instruments are the venue's", async () => {
    const { data } = rig();
    expect(await data.calendar(DATE, DATE)).toEqual([
      { date: DATE, openMs: OPEN_MS, closeMs: CLOSE_MS },
    ]);
    expect((await data.assets(["SPY", "NONE"])).get("SPY")).toMatchObject({ tradable: true });
  });
});
