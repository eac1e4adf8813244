import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventOf } from "../../core/events/catalogue.ts";
import { noteSignal, type WatchState } from "../../core/strategy/watch.ts";
import { signal } from "../store/events.ts";

const numbered = (series: string, number: number, i: number): EventOf<"signal.received.v1"> => {
  const event = signal(i);
  return { ...event, data: { ...event.data, sequence: { series, number } } };
};

const after = (numbers: readonly number[], series = (_: number) => "a") =>
  numbers.reduce<WatchState | undefined>(
    (watch, number, i) => noteSignal(watch, numbered(series(i), number, i)),
    undefined,
  );

test("whatever the order in which neighbours come, exactly what is missing is missing", () => {
  const drawn = fc.tuple(fc.uniqueArray(fc.integer({ min: 1, max: 30 })), fc.boolean());
  fc.assert(
    fc.property(drawn, ([lost, swaps]) => {
      const sent = Array.from({ length: 32 }, (_, i) => i).filter((n) => !lost.includes(n));
      // Two alerts of an instant change places; the first of all is where counting starts.
      for (let i = 1; swaps && i + 1 < sent.length; i += 2) {
        sent.splice(i, 2, sent[i + 1] ?? 0, sent[i] ?? 0);
      }
      const gaps = after(sent)?.series.a?.gaps ?? [];
      const missing = gaps.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
      );
      const kept = gaps.length < 8 ? lost : lost.filter((n) => n >= (gaps[0]?.from ?? 0));
      expect(missing.sort((a, b) => a - b)).toEqual(kept.sort((a, b) => a - b));
    }),
    { seed: 20_260_302 },
  );
});

test("a sender who makes up ever new series and gaps does not fill the snapshot", () => {
  const series = after(
    Array.from({ length: 500 }, () => 1),
    (i) => `series ${i}`,
  )?.series;
  expect(Object.keys(series ?? {})).toHaveLength(64);
  expect(series?.["series 499"]).toEqual({ last: 1, gaps: [] });
  const gaps = after(Array.from({ length: 500 }, (_, i) => i * 2))?.series.a?.gaps;
  expect(gaps).toHaveLength(8);
  expect(gaps?.at(-1)).toMatchObject({ from: 997, to: 997 });
});
