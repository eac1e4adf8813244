import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ONE } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import {
  defineProfile,
  defineStrategy,
  enterLong,
  enterShort,
  equity,
  exit,
  type Intent,
} from "../../core/index.ts";
import type { World } from "../../core/runtime/world.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { barsOf, recordingOf, replayed } from "../runtime/worlds.ts";

const MINUTE = 60_000;
const OPEN = newYorkTimeMs("2024-07-01", "09:30");
const AAA = equity("AAA");
const BBB = equity("BBB");

/** What is wanted at the close of which minute, by instrument. */
type Script = Readonly<Record<number, Readonly<Record<string, Intent>>>>;

interface Options {
  readonly name?: string;
  readonly limits?: object;
  readonly account?: object;
}

function profile(script: Script, { name = "scripted", ...rest }: Options = {}) {
  const strategy = defineStrategy({
    name,
    description: "does what the test says",
    bars: "1m",
    params: z.object({}),
    state: z.object({}),
    onBar({ bar, symbol }) {
      const intent = script[(bar.closeTimeMs - OPEN) / MINUTE]?.[symbol];
      return intent && { intents: [intent] };
    },
  });
  return defineProfile(strategy, { name, universe: [AAA, BBB], ...rest });
}

/** Minutes of AAA at some closes, each opened where the one before closed; BBB stays at 100. */
function minutes(closes: readonly number[]) {
  const rows = closes.map((close, i) => {
    const open = closes[i - 1] ?? close;
    return [open, Math.max(open, close), Math.min(open, close), close] as const;
  });
  const still = closes.map(() => [100, 100, 100, 100] as const);
  return recordingOf([
    { instrument: AAA, timeframe: "1m", columns: barsOf(rows, OPEN, MINUTE) },
    { instrument: BBB, timeframe: "1m", columns: barsOf(still, OPEN, MINUTE) },
  ]);
}

const flatMarket = minutes(Array.from({ length: 12 }, () => 100));

/** Verdicts in their order: minute, instrument, and the limit that denied or `approved`. */
function verdicts({ journal }: World): readonly (readonly [number, string, string])[] {
  const requests = new Map<string, OrderRequest>();
  return journal.flatMap((event) => {
    if (event.type === "order.requested.v1") {
      requests.set(event.data.orderId, event.data.request);
    }
    if (event.type !== "order.approved.v1" && event.type !== "order.denied.v1") return [];
    const minute = (event.eventTimeMs - OPEN) / MINUTE;
    const symbol = requests.get(event.data.orderId)?.symbol ?? "";
    return [[minute, symbol, event.type === "order.denied.v1" ? event.data.limit : "approved"]];
  });
}

const buy = (quantity: number) => enterLong({ quantity, reason: "more" });
const low = (quantity: number) => enterLong({ quantity, reason: "low", limit: 50 });

describe("limits see what is working, not only what is held", () => {
  test("an entry that rests takes up gross exposure, until it is done", async () => {
    const script = { 1: { AAA: low(1200) }, 2: { BBB: buy(500) }, 3: { BBB: buy(300) } };
    const limits = { maxGrossExposure: 1.5 };
    const { world } = await replayed([profile(script, { limits })], flatMarket);
    expect(verdicts(world)).toEqual([
      [1, "AAA", "approved"],
      [2, "BBB", "max-gross-exposure"],
      [3, "BBB", "approved"],
    ]);
  });

  test("orders of one minute are counted, and let through again in the next", async () => {
    const script = {
      1: { AAA: buy(1), BBB: buy(1) },
      2: { AAA: exit({ reason: "out" }) },
      3: { BBB: exit({ reason: "out" }) },
    };
    const limits = { maxOrdersPerMinute: 1 };
    const { world } = await replayed([profile(script, { limits })], flatMarket);
    expect(verdicts(world)).toEqual([
      [1, "AAA", "approved"],
      [1, "BBB", "max-orders-per-minute"],
      [2, "AAA", "approved"],
    ]);
  });

  test("the same order is not approved twice within the time, and may be after it", async () => {
    const out = { AAA: exit({ reason: "out" }) };
    const script = { 1: { AAA: buy(5) }, 2: out, 3: { AAA: buy(5) }, 4: { AAA: buy(6) }, 5: out };
    const again = { ...script, 6: { AAA: buy(5) } };
    const limits = { duplicateSeconds: 300 };
    const { world } = await replayed([profile(again, { limits })], flatMarket);
    expect(verdicts(world)).toEqual([
      [1, "AAA", "approved"],
      [2, "AAA", "approved"],
      [3, "AAA", "duplicate"],
      [4, "AAA", "approved"],
      [5, "AAA", "approved"],
      [6, "AAA", "approved"],
    ]);
  });
});

test("after losing trades in a row nothing is opened until the time is over", async () => {
  const script = {
    1: { AAA: buy(5) },
    3: { AAA: exit({ reason: "out" }) },
    5: { AAA: buy(5) },
    8: { AAA: buy(5) },
  };
  const falling = minutes([100, 100, 90, 90, 90, 90, 90, 90, 90, 90]);
  const limits = { coolDown: { losses: 1, minutes: 4 } };
  const { world } = await replayed([profile(script, { limits })], falling);
  expect(verdicts(world)).toEqual([
    [1, "AAA", "approved"],
    [3, "AAA", "approved"],
    [5, "AAA", "cool-down"],
    [8, "AAA", "approved"],
  ]);
});

describe("profiles that share an account", () => {
  const shared = (kind: "cash" | "margin", more: object = {}) => ({
    account: { name: "shared", cash: "50000", kind, ...more },
  });

  test("cannot spend the same cash at the same close", async () => {
    const script = { 1: { AAA: buy(800) } };
    const { world } = await replayed(
      [
        profile(script, { name: "one", ...shared("cash") }),
        profile(script, { name: "two", ...shared("cash") }),
      ],
      flatMarket,
    );
    expect(verdicts(world)).toEqual([
      [1, "AAA", "approved"],
      [1, "AAA", "buying-power"],
    ]);
    const denied = world.journal.find(({ type }) => type === "order.denied.v1");
    expect(denied).toMatchObject({
      data: {
        profile: "two",
        reason: "the account cannot pay for the order: expected at most 20000, got 80000",
      },
    });
  });

  test("do not trade with each other", async () => {
    const short = enterShort({ quantity: 1, reason: "short", limit: 110 });
    const limits = { allowShort: true };
    const one = { name: "one", limits, ...shared("margin") };
    const two = { name: "two", ...shared("margin") };
    const wants = { 2: { AAA: buy(1) }, 3: { AAA: low(1) } };
    const played = (more: object) =>
      replayed(
        [profile({ 1: { AAA: short } }, one), profile(wants, { ...two, ...more })],
        flatMarket,
      );
    expect(verdicts((await played({})).world)).toEqual([
      [1, "AAA", "approved"],
      [2, "AAA", "self-trade"],
      // A limit below the other's cannot meet it.
      [3, "AAA", "approved"],
    ]);
    const allowed = await played({ limits: { allowSelfTrade: true } });
    expect(verdicts(allowed.world)).toContainEqual([2, "AAA", "approved"]);
  });

  test("stop together once the account has lost too much in a day", async () => {
    const account = shared("margin", { limits: { maxDailyLoss: 0.04 } });
    const falling = minutes([100, 100, 90, 90, 90, 90]);
    const late = { 4: { AAA: buy(1) } };
    const { world } = await replayed(
      [
        profile({ 1: { AAA: buy(500) } }, { name: "loses", ...account }),
        profile(late, { name: "looks-on", ...account }),
        profile(late, { name: "elsewhere" }),
      ],
      falling,
    );
    expect(verdicts(world)).toEqual([
      [1, "AAA", "approved"],
      [4, "AAA", "account-max-daily-loss"],
      [4, "AAA", "approved"],
    ]);
  });

  test("count together towards the account's exposure and orders", async () => {
    const script = { 1: { AAA: low(400) }, 2: { BBB: low(400) } };
    const limited = async (limits: object) => {
      const account = shared("margin", { limits });
      const profiles = ["one", "two"].map((name) => profile(script, { name, ...account }));
      return verdicts((await replayed(profiles, flatMarket)).world).map(([, , what]) => what);
    };
    expect(await limited({})).toEqual(["approved", "approved", "approved", "approved"]);
    expect(await limited({ maxGrossExposure: 1 })).toEqual([
      "approved",
      "approved",
      "account-max-gross-exposure",
      "account-max-gross-exposure",
    ]);
    expect(await limited({ maxOpenOrders: 3 })).toEqual([
      "approved",
      "approved",
      "approved",
      "account-max-open-orders",
    ]);
  });
});

test("a profile of what is reckoned in multiples is refused, as books know shares and coins", () => {
  const future = equity("ES", { multiplier: 50n * ONE });
  const { strategy } = profile({});
  expect(() => compileProfile(defineProfile(strategy, { name: "es", universe: [future] }))).toThrow(
    "universe: ES: expected a multiplier of 1, as books are kept in shares and coins, got 50",
  );
});
