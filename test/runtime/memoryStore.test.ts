import { expect, test } from "vitest";
import { ConflictError } from "../../core/domain/errors.ts";
import { MemoryStore } from "../../core/runtime/memoryStore.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { freshState } from "../../core/strategy/snapshot.ts";
import { crossProfile } from "../bench/cross.ts";

const snapshot = freshState(compileProfile(crossProfile(["BTC"], { fast: 2, slow: 3 })));
const nothingElse = { account: null, bookVersion: 0, book: null, events: [], dedupe: null };

function opened(): MemoryStore {
  const store = new MemoryStore(() => {});
  store.commit({ ...nothingElse, profile: "bench", profileVersion: 0, profileState: snapshot });
  return store;
}

test("a kept snapshot stands where a committed one would", () => {
  const [kept, committed] = [opened(), opened()];
  const next = { ...snapshot, stateVersion: 2 };
  kept.keep("bench", 1, next);
  committed.commit({ ...nothingElse, profile: "bench", profileVersion: 1, profileState: next });
  expect(kept.profile("bench")).toEqual(committed.profile("bench"));
});

test("keeping a snapshot of an old version, or of nobody, is a lost race", () => {
  const store = opened();
  store.keep("bench", 1, snapshot);
  expect(() => store.keep("bench", 1, snapshot)).toThrow(ConflictError);
  expect(() => store.keep("other", 0, snapshot)).toThrow(ConflictError);
});
