import { describe, expect, test } from "vitest";
import { eventText, parseEvent } from "../../core/events/envelope.ts";
import { defineProfile } from "../../core/index.ts";
import { rerun } from "../../core/runtime/rerun.ts";
import { takeSnapshots } from "../../core/runtime/takeSnapshots.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { deskOf } from "./desk.ts";
import { feeds, profile } from "./minutes.ts";

/** A day's journal, as a file of lines keeps it. */
async function recorded() {
  const desk = await deskOf(profile(), "1m");
  await takeSnapshots(desk.store, [compileProfile(profile())], 0, "start");
  await desk.play(feeds());
  return desk.store.entries.map(({ event }) => parseEvent(eventText(event)));
}

describe("a recorded day, decided again from its own journal", () => {
  test("comes out the same by the same code", async () => {
    const { decisions, differences } = rerun([compileProfile(profile())], await recorded());
    expect(decisions).toBe(390);
    expect(differences).toEqual([]);
  });

  test("tells each decision that other parameters would have made otherwise", async () => {
    const other = defineProfile(openingRange, {
      ...profile().options,
      name: "minutes",
      universe: profile().options.universe,
      sizing: { kind: "fixed-quantity", quantity: "11" },
    });
    const { differences } = rerun([compileProfile(other)], await recorded());
    expect(differences.length).toBeGreaterThan(0);
    expect(differences[0]?.profile).toBe("minutes");
  });

  test("is refused where it does not say how its profiles stood", async () => {
    const journal = (await recorded()).filter(({ type }) => type !== "snapshot.taken.v1");
    expect(() => rerun([compileProfile(profile())], journal)).toThrow(
      /^journal: expected snapshots of minutes and its account before /,
    );
  });
});
