import { describe, expect, test } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile, equity } from "../../core/index.ts";
import { gapScanner } from "../../strategies/gap-scanner.ts";
import { barsOf, recordingOf, replayed } from "../runtime/worlds.ts";

const MINUTE_MS = 60_000;
type Row = readonly [number, number, number, number];

/** A session's 390 minutes around a price, some of them otherwise. */
function session(price: number, otherwise: Readonly<Record<number, Row>> = {}): Row[] {
  return Array.from({ length: 390 }, (_, i) => {
    return otherwise[i] ?? [price, price + 0.1, price - 0.1, price];
  });
}

/** Two sessions of an instrument, 2024-07-01 and 02. */
function twoDays(symbol: string, first: readonly Row[], second: readonly Row[]) {
  const one = barsOf(first, newYorkTimeMs("2024-07-01", "09:30"), MINUTE_MS);
  const other = barsOf(second, newYorkTimeMs("2024-07-02", "09:30"), MINUTE_MS);
  const join = (key: Exclude<keyof typeof one, "length">) =>
    Float64Array.from([...one[key], ...other[key]]);
  const columns = {
    length: one.length + other.length,
    openTimeMs: join("openTimeMs"),
    closeTimeMs: join("closeTimeMs"),
    open: join("open"),
    high: join("high"),
    low: join("low"),
    close: join("close"),
    volume: join("volume"),
  };
  return { instrument: equity(symbol), timeframe: "1m" as const, columns };
}

async function played(second: readonly Row[], toClock: string, other: readonly Row[] = []) {
  const feeds = [
    twoDays("GAP", session(100), second),
    ...(other.length === 0 ? [] : [twoDays("LESS", session(100), other)]),
  ];
  const profile = defineProfile(gapScanner, {
    name: "gaps",
    universe: feeds.map(({ instrument }) => instrument.symbol),
    params: { gap: 0.01, top: 1 },
    sizing: { kind: "fixed-quantity", quantity: "10" },
  });
  const toMs = newYorkTimeMs("2024-07-02", toClock);
  const { world } = await replayed([profile], recordingOf(feeds, { toMs }));
  const fills = world.journal.flatMap((event) =>
    event.type === "order.filled.v1" ? [`${event.data.symbol} ${event.data.side}`] : [],
  );
  const stateOf = (symbol: string) => world.profile("gaps").symbols[symbol]?.state;
  return { fills, stateOf, world };
}

/** Closes above the first five minutes. */
const breakout: Row = [102, 102.6, 102, 102.5];

/** Breaks out in its eleventh minute and stays there. */
function risen(otherwise: Readonly<Record<number, Row>> = {}): Row[] {
  return [...session(102, { 10: breakout }).slice(0, 11), ...session(102.4, otherwise).slice(11)];
}

describe("the gap scanner's phases", () => {
  test("armed: the first minutes make the range", async () => {
    const { stateOf, fills } = await played(session(102), "09:34");
    expect(stateOf("GAP")).toEqual({
      session: "2024-07-02",
      phase: { is: "armed", high: 102.1, low: 101.9 },
    });
    expect(fills).toEqual([]);
  });
  test("armed, selected and without a break it waits", async () => {
    const { stateOf } = await played(session(102), "12:00");
    expect(stateOf("GAP")).toMatchObject({ phase: { is: "armed" } });
  });
  test("in: a close above the range buys, with stop and target", async () => {
    const { stateOf, fills, world } = await played(risen(), "09:45");
    expect(fills).toEqual(["GAP buy"]);
    expect(stateOf("GAP")).toMatchObject({ phase: { is: "in" } });
    const roles = world.book("gaps").orders.map(({ request }) => request.role);
    expect(roles.toSorted()).toEqual(["stop-loss", "take-profit"]);
  });
  test("done: the stop takes it out, and it buys no second time", async () => {
    const rows = risen({ 20: [102, 102, 101, 101.5], 40: [102, 104, 102, 104] });
    const { stateOf, fills } = await played(rows, "11:00");
    expect(fills).toEqual(["GAP buy", "GAP sell"]);
    expect(stateOf("GAP")).toMatchObject({ phase: { is: "done" } });
  });
  test("done: flat before the close, with nothing left working", async () => {
    const { stateOf, fills, world } = await played(risen(), "16:00");
    expect(fills).toEqual(["GAP buy", "GAP sell"]);
    expect(stateOf("GAP")).toMatchObject({ phase: { is: "done" } });
    expect(world.book("gaps").orders).toEqual([]);
  });
  test("done: what gapped less than the best is not bought", async () => {
    const less = session(101.5, { 10: [101.5, 102.1, 101.5, 102] });
    const { stateOf, fills } = await played(session(102), "09:45", less);
    expect(stateOf("LESS")).toMatchObject({ phase: { is: "done" } });
    expect(stateOf("GAP")).toMatchObject({ phase: { is: "armed" } });
    expect(fills).toEqual([]);
  });
  test("the gap is the open's, not the price when the scan runs", async () => {
    const { world } = await played(session(100, { 0: [102, 102, 100, 100] }), "09:40");
    const scans = world.journal.filter(({ type }) => type === "universe.selected.v1");
    expect(scans.at(-1)?.data).toMatchObject({
      selected: ["GAP"],
      candidates: [{ reason: "gap 2 %; rank 1 of 1 by gap 2 %" }],
    });
  });
});
