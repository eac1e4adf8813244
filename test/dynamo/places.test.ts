import { expect, test } from "vitest";
import { Places, placeAfter } from "../../functions/dynamo/places.ts";

/** Places by a clock that shows these times, one after the other. */
function placesAt(...times: number[]): Places {
  return new Places({ nowMs: () => times.shift() ?? 0 }, "w");
}

test("places go by the clock, and by turns while it stands still", () => {
  const places = placesAt(1_000, 1_000, 1_001);
  expect([places.next(), places.next(), places.next()].map(({ at }) => at)).toEqual([
    "00000000001000.000000",
    "00000000001000.000001",
    "00000000001001.000000",
  ]);
});

test("a clock that is set back does not set places back", () => {
  const places = placesAt(2_000, 1_000, 1_500, 3_000);
  const all = [places.next(), places.next(), places.next(), places.next()].map(({ at }) => at);
  expect([...all].sort()).toEqual(all);
});

test("what was read is behind what is decided on it, whatever the clocks say", () => {
  const ahead = placesAt(9_000, 9_000).next();
  const behind = placesAt(1_000, 1_000);
  behind.saw(ahead.at);
  expect(behind.next().at > ahead.at).toBe(true);
  // What is older than the own clock changes nothing.
  behind.saw("00000000000001.000000");
  expect(behind.next().at).toBe("00000000009000.000002");
});

test("a commit is known by its place and its writer, within a token's 36 characters", () => {
  const { commitId, date, nowMs } = new Places({ nowMs: () => Date.UTC(2024, 6, 1) }).next();
  expect(commitId).toMatch(/^\d{14}\.\d{6}#[0-9a-f]{8}$/);
  expect(commitId.length).toBeLessThanOrEqual(36);
  expect([date, nowMs]).toEqual(["2024-07-01", Date.UTC(2024, 6, 1)]);
});

test("a time stands before the places of its millisecond and after all earlier ones", () => {
  expect(placeAfter(1_000) < placesAt(1_000).next().commitId).toBe(true);
  expect(placeAfter(1_000) > placesAt(999).next().commitId).toBe(true);
});
