import { describe, expect, test } from "vitest";
import { eventText, parseEvent } from "../../core/events/envelope.ts";
import { defineProfile } from "../../core/index.ts";
import { rerun } from "../../core/runtime/rerun.ts";
import { standingAt } from "../../core/runtime/standing.ts";
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

describe("how a profile stood when it decided", () => {
  async function firstOrder() {
    const journal = await recorded();
    const request = journal.find((event) => event.type === "order.requested.v1");
    if (request?.type !== "order.requested.v1") throw new Error("expected an order");
    const { symbol } = request.data.request;
    return { journal, at: { profile: "minutes", causeId: request.causationId, symbol } };
  }

  test("is worked out from the day's snapshots and events up to the decision", async () => {
    const { journal, at } = await firstOrder();
    const standing = standingAt([compileProfile(profile())], journal, at);
    const cause = journal.find(({ id }) => id === at.causeId);
    const bars = cause?.type === "bars.closed.v1" ? cause.data.bars : [];
    expect(standing?.price).toBe(bars.find(({ symbol }) => symbol === at.symbol)?.close);
    expect(standing).toMatchObject({ symbol: at.symbol, position: "0", decidesAlike: true });
    // The range that was broken is in the state from before the decision, not yet marked as traded.
    expect(standing?.state).not.toBeNull();
  });

  test("says when today's parameters decide otherwise", async () => {
    const { journal, at } = await firstOrder();
    const sizing = { kind: "fixed-quantity", quantity: "11" } as const;
    const other = defineProfile(openingRange, { ...profile().options, name: "minutes", sizing });
    const standing = standingAt([compileProfile(other)], journal, at);
    expect(standing?.decidesAlike).toBe(false);
  });

  test("is not known without snapshots, of an event that is not there, or of no such profile", async () => {
    const { journal, at } = await firstOrder();
    const own = [compileProfile(profile())];
    const bare = journal.filter(({ type }) => type !== "snapshot.taken.v1");
    expect(standingAt(own, bare, at)).toBeUndefined();
    expect(standingAt(own, journal, { ...at, causeId: "nothing" })).toBeUndefined();
    expect(standingAt(own, journal, { ...at, profile: "other" })).toBeUndefined();
  });
});
