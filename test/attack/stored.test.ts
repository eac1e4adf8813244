import fc from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { InputError, InvariantError, TransientError } from "../../core/domain/errors.ts";
import { eventText, parseEvent } from "../../core/events/envelope.ts";
import type { Commit } from "../../core/ports/store.ts";
import { Engine } from "../../core/runtime/engine.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import { openOrTell } from "../../core/runtime/open.ts";
import { takeSnapshots } from "../../core/runtime/takeSnapshots.ts";
import { bookText, parseBook } from "../../core/runtime/textStore.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { parseSnapshot, snapshotText } from "../../core/strategy/snapshot.ts";
import { deskOf } from "../live/desk.ts";
import { LiveStore } from "../live/liveStore.ts";
import { feeds, profile } from "../live/minutes.ts";
import { FUZZ_TIMEOUT_MS, fuzz, mutated, mutatedJson, pollution } from "./fuzz.ts";

vi.setConfig({ testTimeout: FUZZ_TIMEOUT_MS });

/** The snapshot is as somebody has left it, until a decision puts another in its place. */
class DamagedStore extends LiveStore {
  damaged: string | null = null;

  override profile(name: string) {
    const kept = super.profile(name);
    if (kept === undefined || this.damaged === null) return kept;
    return { ...kept, value: parseSnapshot(name, this.damaged) };
  }

  override commit(commit: Commit): void {
    super.commit(commit);
    if (commit.profileState !== null) this.damaged = null;
  }
}

/** Minutes of a feed, from one up to another. */
function cut(feed: BarFeed, from: number, to: number): BarFeed {
  const { openTimeMs, closeTimeMs, open, high, low, close, volume } = feed.columns;
  const times = {
    openTimeMs: openTimeMs.slice(from, to),
    closeTimeMs: closeTimeMs.slice(from, to),
  };
  const prices = {
    open: open.slice(from, to),
    high: high.slice(from, to),
    low: low.slice(from, to),
  };
  const rest = { close: close.slice(from, to), volume: volume.slice(from, to), length: to - from };
  return { ...feed, columns: { ...times, ...prices, ...rest } };
}

const HALF = 36;
const all = feeds();
const early = all.map((feed) => cut(feed, 0, HALF));
const late = all.map((feed) => cut(feed, HALF, HALF + 8));

async function played(store = new DamagedStore()) {
  const desk = await deskOf(profile(), "1m", undefined, undefined, undefined, store);
  await desk.play(early);
  return { desk, store };
}

/** Texts that a run has left behind, each kind of event once. */
async function left() {
  const { desk, store } = await played();
  const events = new Map(store.entries.map(({ event }) => [event.type, eventText(event)]));
  const kept = store.profile("minutes");
  const book = store.book(desk.name);
  if (kept === undefined || book === undefined) throw new Error("expected books");
  return {
    events: [...events.values()],
    snapshot: snapshotText(kept.value),
    book: bookText(book.value),
  };
}

let kept: Awaited<ReturnType<typeof left>>;
beforeAll(async () => {
  kept = await left();
});

const damaged = (corpus: () => readonly string[]) =>
  fc.constant(null).chain(() =>
    fc.oneof(
      mutated(corpus()),
      mutatedJson(corpus().map((one) => JSON.parse(one))).map((one) => JSON.stringify(one) ?? ""),
    ),
  );

/** What a text reads as, or the words of the error; any other kind of error is a defect of ours. */
function read<T>(
  text: string,
  reader: (text: string) => T,
  kind: typeof InputError | typeof InvariantError,
): { readonly value: T } | { readonly error: string } {
  try {
    return { value: reader(text) };
  } catch (error) {
    if (!(error instanceof kind)) throw error;
    expect(error.message.length).toBeLessThan(1_000);
    expect(error.message).not.toMatch(/\p{Cc}/u);
    return { error: error.message };
  }
}

describe("what was stored and is damaged", () => {
  test("an event is read as itself or refused by an InputError, on one line", async () => {
    fc.assert(
      fc.property(
        damaged(() => kept.events),
        (text) => {
          const found = read(text, parseEvent, InputError);
          if ("error" in found) return;
          const again = eventText(found.value);
          expect(eventText(parseEvent(again))).toBe(again);
        },
      ),
      fuzz("events", 3_000),
    );
    expect(pollution()).toEqual([]);
  });

  test("a snapshot is read as itself, or stops its profile by name", async () => {
    fc.assert(
      fc.property(
        damaged(() => [kept.snapshot]),
        (text) => {
          const found = read(text, (one) => parseSnapshot("minutes", one), InvariantError);
          if ("error" in found) {
            expect(found.error).toMatch(/^profile minutes: .*nothing was changed/);
          } else parseSnapshot("minutes", snapshotText(found.value));
        },
      ),
      fuzz("snapshots", 1_500),
    );
    expect(pollution()).toEqual([]);
  });

  test("a book is read as itself, or refused as one that nobody wrote", async () => {
    fc.assert(
      fc.property(
        damaged(() => [kept.book]),
        (text) => {
          const found = read(text, parseBook, InvariantError);
          if ("value" in found) expect(parseBook(bookText(found.value))).toEqual(found.value);
        },
      ),
      fuzz("books", 1_000),
    );
  });

  test("a snapshot that cannot be read halts its profile, pages a person and stays as it is", async () => {
    await fc.assert(
      fc.asyncProperty(
        damaged(() => [kept.snapshot]),
        async (text) => {
          const { desk, store } = await played();
          const before = store.entries.length;
          store.damaged = text;
          // Indicators of another setup are warmed anew by whoever opens the profile.
          const isCold = await desk.play(late).then(
            () => false,
            (error) => error instanceof TransientError || Promise.reject(error),
          );
          if (isCold) return;
          const isHalted = store.all().some(({ name }) => name === "minutes");
          const isReadable =
            "value" in read(text, (one) => parseSnapshot("x", one), InvariantError);
          expect(isHalted || isReadable).toBe(true);
          const positions = await desk.account.positions();
          const ledgers = store.book(desk.name)?.value.ledgers ?? {};
          for (const { symbol, quantity } of positions) {
            const held = Object.values(ledgers).map((one) => one.positions[symbol]?.quantity ?? 0n);
            expect(held.reduce((a, b) => a + b, 0n)).toBe(quantity);
          }
          if (isReadable) return;
          expect(store.damaged).toBe(text);
          expect(desk.notices.some(({ severity }) => severity === "page")).toBe(true);
          expect(desk.notices.map(({ text: said }) => said).join()).toMatch(/nothing was changed/);
          const since = store.entries.slice(before).map(({ event }) => event.type);
          expect(since).not.toContain("order.requested.v1");
        },
      ),
      fuzz("damaged snapshots of a profile that trades", 40),
    );
  });

  test("a start goes on without a profile whose snapshot cannot be read, and tells a person", async () => {
    const { desk, store } = await played();
    store.damaged = "{}";
    const compiled = compileProfile(profile());
    const history = async () => ({ timeframe: "1m" as const, bars: new Map() });
    const { nowMs } = desk.time;
    expect(await openOrTell(desk.ports, compiled, history, nowMs)).toBeNull();
    expect(desk.notices.map(({ title }) => title)).toEqual(["minutes could not be opened"]);
    await takeSnapshots(store, [compiled], nowMs, "start");
    const taken = store.entries.at(-1)?.event;
    expect(taken).toMatchObject({ type: "snapshot.taken.v1", data: { kind: "book" } });
    const options = {
      profiles: [compiled],
      bars: { base: "1m" as const, graceMs: 0 },
      deadlineMs: 60_000,
    };
    await new Engine(desk.ports, store, options, nowMs).tick();
    expect(store.damaged).toBe("{}");
  });
});
