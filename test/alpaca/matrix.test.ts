import { expect, test } from "vitest";
import { crypto, fractionalEquity } from "../../core/domain/instruments.ts";
import {
  type OrderRequest,
  orderType,
  type TimeInForce,
  timeInForce,
} from "../../core/domain/order.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { DATE, flat, minutes } from "../exchange/rigs.ts";
import { d, request } from "../execution/fixtures.ts";
import { venueOn } from "./rigs.ts";

type Changes = Partial<OrderRequest>;

/** Before the open every time in force may be asked for, also those of the auctions. */
const NOW_MS = newYorkTimeMs(DATE, "09:00");
const EARLY_MS = newYorkTimeMs(DATE, "08:30");

const PRICES: Readonly<Record<OrderRequest["type"], Changes>> = {
  market: {},
  limit: { limitPrice: d("99") },
  stop: { stopPrice: d("105") },
  "stop-limit": { stopPrice: d("105"), limitPrice: d("106") },
  "trailing-stop": { trailPercent: d("5") },
};

const SIZES: Readonly<Record<string, Changes>> = {
  shares: {},
  "a fraction": { quantity: d("1.5") },
  dollars: { quantity: null, notional: d("200") },
  coins: { symbol: "BTC/USD" },
};

const LEG = { side: "sell", role: "stop-loss", parentId: "e", ocoGroup: "g" } as const;
const stop = { ...LEG, id: "s", type: "stop", stopPrice: d("90") } as const;
const target = {
  ...LEG,
  id: "t",
  role: "take-profit",
  type: "limit",
  limitPrice: d("120"),
} as const;
const trail = { ...LEG, id: "s", type: "trailing-stop", trailPercent: d("5") } as const;
const GROUPS: Readonly<Record<string, readonly Changes[]>> = {
  "by itself": [],
  "with a stop": [stop],
  "with a stop and a target": [stop, target],
  "with a trailing stop": [trail],
};

/** An exchange where all is quiet at 100 dollars, and what was sent to it. */
function rig() {
  const all = [fractionalEquity("SPY"), crypto("BTC/USD")];
  const exchange = createExchange({
    feeds: all.map((one) => minutes(one, flat(100, 90), EARLY_MS)),
  });
  exchange.advanceTo(NOW_MS);
  const sent: Record<string, unknown>[] = [];
  const venue = venueOn(async (url, init) => {
    const asked = new Request(url, init);
    if (asked.method === "POST") sent.push(Object(await asked.clone().json()));
    return exchange.fetch(asked);
  });
  return { venue, sent };
}

/** What becomes of an order: how it is sent, or by which rule it is not. */
async function outcomeOf(changes: Changes, legs: readonly Changes[] = []) {
  const { venue, sent } = rig();
  const root = request({ id: "e", decidedTimeMs: NOW_MS, referencePrice: d("100"), ...changes });
  const { symbol, quantity, timeInForce: time, expiresAtMs } = root;
  const group = legs.map((leg) =>
    request({ ...leg, symbol, quantity, timeInForce: time, expiresAtMs, decidedTimeMs: NOW_MS }),
  );
  const reports = await venue.submit([root, ...group], NOW_MS);
  const first = reports.find(({ orderId }) => orderId === "e");
  if (first?.kind === "rejected") return { sent, as: null, code: first.reason.split(":")[0] ?? "" };
  expect([first?.kind, sent.length]).toEqual(["accepted", 1]);
  return { sent, as: `${sent[0]?.type} ${sent[0]?.time_in_force}`, code: "" };
}

const TIMES: readonly TimeInForce[] = timeInForce.options;

function asked(type: OrderRequest["type"], time: TimeInForce): Changes {
  const ends = time === "gtd" ? { expiresAtMs: NOW_MS + 86_400_000 } : {};
  return { type, timeInForce: time, ...PRICES[type], ...ends };
}

const IN_TIME = "time-in-force";
const FRACTION = "fractional-day-only";
const DOLLARS = "notional-market-only";
const COIN = "crypto-time-in-force";
const whole = ["day", "gtc", "gtc"];
const none = (code: string) => Array.from({ length: 7 }, () => code);

/** What goes out for day, gtc, gtd, ioc, fok, opg and cls, or the rule that keeps it back. */
const TABLE: Readonly<Record<string, Readonly<Record<OrderRequest["type"], readonly string[]>>>> = {
  shares: {
    market: [...whole, "ioc", "fok", "opg", "cls"],
    limit: [...whole, "ioc", "fok", "opg", "cls"],
    stop: [...whole, IN_TIME, IN_TIME, IN_TIME, IN_TIME],
    "stop-limit": [...whole, IN_TIME, IN_TIME, IN_TIME, IN_TIME],
    "trailing-stop": [...whole, "trail-time", "trail-time", "trail-time", "trail-time"],
  },
  "a fraction": {
    market: ["day", ...none(FRACTION).slice(1)],
    limit: ["day", ...none(FRACTION).slice(1)],
    stop: ["day", ...none(FRACTION).slice(1)],
    "stop-limit": ["day", ...none(FRACTION).slice(1)],
    "trailing-stop": ["fractional-no-trail", ...none(FRACTION).slice(1)],
  },
  dollars: {
    market: ["day", ...none(FRACTION).slice(1)],
    limit: none(DOLLARS),
    stop: none(DOLLARS),
    "stop-limit": none(DOLLARS),
    "trailing-stop": none(DOLLARS),
  },
  coins: {
    market: ["gtc", "gtc", "gtc", "ioc", COIN, COIN, COIN],
    limit: ["gtc", "gtc", "gtc", "ioc", COIN, COIN, COIN],
    // Crypto has no plain stop: it goes as a stop-limit.
    stop: ["gtc", "gtc", "gtc", COIN, COIN, COIN, COIN],
    "stop-limit": ["gtc", "gtc", "gtc", COIN, COIN, COIN, COIN],
    "trailing-stop": none("crypto-type"),
  },
};

test.each(
  Object.keys(TABLE).flatMap((size) => orderType.options.map((type) => [size, type] as const)),
)("%s by %s: sent as Alpaca takes it, or kept back by a rule", async (size, type) => {
  const found: string[] = [];
  for (const time of TIMES) {
    const { as, sent, code } = await outcomeOf({ ...asked(type, time), ...SIZES[size] });
    const isStop = size === "coins" && type === "stop";
    const wire = (isStop ? "stop-limit" : type).replace("-", "_");
    if (as === null) expect([time, sent]).toEqual([time, []]);
    else expect(as.split(" ")[0]).toBe(wire);
    found.push(as?.split(" ")[1] ?? code);
  }
  expect(found).toEqual(TABLE[size]?.[type]);
});

test("outside regular hours limits for the day or until cancelled go, and nothing else", async () => {
  for (const type of orderType.options) {
    for (const time of TIMES) {
      const { as, sent, code } = await outcomeOf({ ...asked(type, time), extendedHours: true });
      const goes = type === "limit" && (time === "day" || time === "gtc");
      expect([type, time, as, sent.length]).toEqual(
        goes ? [type, time, `limit ${time}`, 1] : [type, time, null, 0],
      );
      if (goes) expect(sent[0]).toMatchObject({ extended_hours: true });
      else expect(code).toMatch(/^(extended-hours|time-in-force|trail-time)$/);
    }
  }
});

test.each(Object.keys(GROUPS))(
  "%s, every size, type and time is taken or kept back",
  async (name) => {
    const legs = GROUPS[name] ?? [];
    for (const [size, ofSize] of Object.entries(SIZES)) {
      for (const type of orderType.options) {
        for (const time of TIMES) {
          const { as, sent, code } = await outcomeOf({ ...asked(type, time), ...ofSize }, legs);
          const what = [name, size, type, time];
          // What was not sent is refused by a rule of ours, with its name; what was sent is taken.
          if (as === null)
            expect([what, sent, code]).toEqual([what, [], expect.stringMatching(/-/)]);
          else expect([what, code]).toEqual([what, ""]);
          const held = as !== null && sent[0]?.order_class !== undefined;
          const isWhole = size === "shares" && (type === "market" || type === "limit");
          const lasts = time === "day" || time === "gtc";
          const holds = legs.length > 0 && !name.includes("trailing") && isWhole && lasts;
          expect([what, held]).toEqual([what, holds]);
        }
      }
    }
  },
);
