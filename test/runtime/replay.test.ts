import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { accountOf } from "../../core/domain/account.ts";
import { decimal, numberOf, ZERO } from "../../core/domain/decimal.ts";
import { emptyBook, openLedger, rebuild } from "../../core/domain/ledger.ts";
import {
  crossedAbove,
  crossedBelow,
  crypto,
  defineProfile,
  defineStrategy,
  enterLong,
  exit,
  sma,
} from "../../core/index.ts";
import { barsOf, prefix, recordingOf, replayed } from "./worlds.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2024, 0, 1);

const cross = defineStrategy({
  name: "cross",
  description: "SMA cross, both sides, with a bracket",
  bars: "1m",
  params: z.object({ fast: z.int().default(2), slow: z.int().default(5) }),
  state: z.object({ calls: z.int().default(0) }),
  indicators: ({ fast, slow }) => ({ fast: sma(fast), slow: sma(slow) }),
  onBar({ bar, state, position, indicators: { fast, slow } }) {
    const next = { calls: state.calls + 1 };
    if (crossedAbove(fast, slow) && position.side !== "long") {
      const stop = bar.close * 0.97;
      return {
        state: next,
        intents: [enterLong({ stop, target: bar.close * 1.05, reason: "up" })],
      };
    }
    if (crossedBelow(fast, slow) && position.side === "long") {
      return { state: next, intents: [exit({ reason: "down" })] };
    }
    return { state: next };
  },
});

function crossProfile(name = "cross", account?: string) {
  return defineProfile(cross, {
    name,
    universe: [crypto("AAA/USD"), crypto("BBB/USD")],
    sizing: { kind: "equity-fraction", fraction: 0.4 },
    ...(account === undefined ? {} : { account: { name: account } }),
  });
}

/** Rows of a walk given by its steps, in dollars around 100. */
function walk(steps: readonly number[]) {
  let price = 100;
  return barsOf(
    steps.map((step) => {
      const open = price;
      price = Math.max(5, Math.round((price + step) * 100) / 100);
      return [open, Math.max(open, price) + 0.5, Math.min(open, price) - 0.5, price] as const;
    }),
    START_MS,
    MINUTE_MS,
  );
}

const steps = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), {
  minLength: 30,
  maxLength: 90,
});
const seed = 401;
console.log(`replay properties: seed ${seed}`);

function twoFeeds(one: readonly number[], other: readonly number[]) {
  return [
    { instrument: crypto("AAA/USD"), timeframe: "1m" as const, columns: walk(one) },
    { instrument: crypto("BBB/USD"), timeframe: "1m" as const, columns: walk(other) },
  ];
}

describe("a replay", () => {
  test("gives the same order list in memory and through JSON", async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, async (one, other) => {
        const recording = recordingOf(twoFeeds(one, other));
        const memory = await replayed([crossProfile()], recording);
        const strict = await replayed([crossProfile()], recording, "strict");
        expect(strict.hash).toBe(memory.hash);
        expect(strict.world.book("cross")).toEqual(memory.world.book("cross"));
      }),
      { seed, numRuns: 25 },
    );
  });

  test("is the same to the byte when it is run again", async () => {
    const recording = recordingOf(twoFeeds([1, -2, 3, 4, -5, 2, 2, 2], [2, 2, -2, -2, 2, 2, 2, 2]));
    const one = await replayed([crossProfile()], recording);
    const other = await replayed([crossProfile()], recording);
    const text = (value: unknown) =>
      JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}n` : each));
    expect(text(other.world.journal)).toBe(text(one.world.journal));
  });

  test("never looks ahead: what was decided does not change when the future is cut off", async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        steps,
        fc.double({ min: 0.3, max: 0.9, noNaN: true }),
        async (a, b, part) => {
          const feeds = twoFeeds(a, b);
          const whole = await replayed([crossProfile()], recordingOf(feeds));
          const shortest = Math.min(a.length, b.length);
          const length = Math.floor(shortest * part);
          const cut = feeds.map((feed) => ({ ...feed, columns: prefix(feed.columns, length) }));
          const early = await replayed([crossProfile()], recordingOf(cut));
          const endMs = START_MS + length * MINUTE_MS;
          const until = (journal: typeof whole.world.journal) =>
            journal.filter(
              (event) => event.type === "order.requested.v1" && event.eventTimeMs <= endMs,
            );
          expect(until(early.world.journal)).toEqual(until(whole.world.journal));
        },
      ),
      { seed, numRuns: 25 },
    );
  });

  test("books to the billionth: cash and positions are what the fills say", async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, async (one, other) => {
        const { world } = await replayed([crossProfile()], recordingOf(twoFeeds(one, other)));
        const start = openLedger(emptyBook("cross", "margin"), "cross", decimal("100000"));
        const again = rebuild(start, world.journal).book;
        expect(again).toEqual(world.book("cross"));
      }),
      { seed, numRuns: 25 },
    );
  });

  test("lets profiles share an account, whose cash and holdings are the sums of theirs", async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, async (one, other) => {
        const slower = defineProfile(cross, {
          name: "two",
          params: { fast: 3, slow: 8 },
          universe: [crypto("AAA/USD"), crypto("BBB/USD")],
          sizing: { kind: "fixed-quantity", quantity: "7.5" },
          account: { name: "shared" },
        });
        const profiles = [crossProfile("one", "shared"), slower];
        const { world } = await replayed(profiles, recordingOf(twoFeeds(one, other)));
        const book = world.book("shared");
        const ledgers = Object.values(book.ledgers);
        const account = accountOf(book);
        expect(ledgers.map(({ profile }) => profile)).toEqual(["one", "two"]);
        expect(account.cash).toBe(ledgers.reduce((sum, { cash }) => sum + cash, ZERO));
        for (const [symbol, { quantity }] of account.holdings) {
          const parts = ledgers.map(({ positions }) => positions[symbol]?.quantity ?? ZERO);
          expect(quantity).toBe(parts.reduce((sum, part) => sum + part, ZERO));
        }
      }),
      { seed, numRuns: 25 },
    );
  });

  test("fills no decision before the next bar, and at its open", async () => {
    const steps = [0, 0, 0, 0, 0, 0, 3, 1, 1];
    const { world } = await replayed([crossProfile()], recordingOf(twoFeeds(steps, steps)));
    const fill = world.journal.find((event) => event.type === "order.filled.v1");
    const request = world.journal.find((event) => event.type === "order.requested.v1");
    expect(request?.eventTimeMs).toBe(START_MS + 7 * MINUTE_MS);
    expect(fill?.eventTimeMs).toBe(START_MS + 7 * MINUTE_MS);
    // 103 and a basis point of slippage, up to the cent.
    expect(fill?.type === "order.filled.v1" && numberOf(fill.data.price)).toBe(103.02);
  });

  test("calls no strategy before its indicators have a value and a previous one", async () => {
    const steps = [1, 1, 1, 1, 1, 1, 1];
    const { world } = await replayed([crossProfile()], recordingOf(twoFeeds(steps, steps)));
    expect(world.profile("cross").symbols["AAA/USD"]?.state).toEqual({ calls: 2 });
  });

  test("warms indicators before its first day and trades only from it on", async () => {
    const feeds = twoFeeds(
      [0, 0, 0, 0, 0, 5, -5, 0, 0, 0, 5, 1],
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    );
    const fromMs = START_MS + 8 * MINUTE_MS;
    const { world, replay } = await replayed([crossProfile()], recordingOf(feeds, { fromMs }));
    const requests = world.journal.filter((event) => event.type === "order.requested.v1");
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.every(({ eventTimeMs }) => eventTimeMs > fromMs)).toBe(true);
    expect(replay.marks.equity.get("cross")?.[0]).toEqual({
      timeMs: fromMs + MINUTE_MS - 1,
      equity: 100_000,
    });
  });

  test("refuses a recording without bars", async () => {
    const empty = twoFeeds([], []);
    await expect(replayed([crossProfile()], recordingOf(empty))).rejects.toThrow(
      /at least one bar/,
    );
  });
});

describe("a strategy that throws", () => {
  const faulty = defineStrategy({
    name: "faulty",
    description: "fails at its third bar",
    bars: "1m",
    params: z.object({}),
    state: z.object({ bars: z.int().default(0) }),
    onBar({ state }) {
      if (state.bars === 2) throw new Error("the third bar is too much");
      return { state: { bars: state.bars + 1 } };
    },
  });

  test("halts its own profile with the reason, and no other", async () => {
    const universe = [crypto("AAA/USD"), crypto("BBB/USD")];
    const bad = defineProfile(faulty, { name: "bad", universe, account: { name: "shared" } });
    const recording = recordingOf(
      twoFeeds([0, 0, 0, 0, 0, -3, 5, 2, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
    );
    for (const fidelity of ["memory", "strict"] as const) {
      const { world } = await replayed([bad, crossProfile("good", "shared")], recording, fidelity);
      expect(world.profile("bad").halted).toBe("the third bar is too much");
      expect(world.journal.filter(({ type }) => type === "profile.halted.v1")).toHaveLength(1);
      expect(world.profile("good").halted).toBeNull();
      expect(world.journal.some(({ type }) => type === "order.filled.v1")).toBe(true);
    }
  });
});
