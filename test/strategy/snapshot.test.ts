import { describe, expect, test } from "vitest";
import * as z from "zod";
import { InputError, InvariantError } from "../../core/domain/errors.ts";
import { crypto, defineProfile, defineStrategy, sma } from "../../core/index.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import {
  adoptState,
  freshState,
  parseSnapshot,
  snapshotText,
} from "../../core/strategy/snapshot.ts";

const base = {
  name: "counter",
  description: "counts",
  bars: "1d",
  params: z.object({ step: z.int().min(1).default(1) }),
  indicators: () => ({ mean: sma(3) }),
} as const;
const first = defineStrategy({ ...base, state: z.object({ count: z.int().default(0) }) });
const second = defineStrategy({
  ...base,
  version: 2,
  state: z.object({ total: z.int().default(0) }),
  migrate: (old) => ({ total: z.object({ count: z.int() }).parse(old).count }),
});
const universe = [crypto("BTC/USD")];
const profileOf = (strategy: typeof first) =>
  compileProfile(defineProfile(strategy, { name: "counting", universe }));

describe("a snapshot", () => {
  test("comes back from its text as it was", () => {
    const state = freshState(profileOf(first));
    expect(parseSnapshot("counting", snapshotText(state))).toEqual(state);
  });

  test("that is cut short stops the profile and says that nothing was changed", () => {
    const text = snapshotText(freshState(profileOf(first))).slice(0, -20);
    expect(() => parseSnapshot("counting", text)).toThrow(InvariantError);
    expect(() => parseSnapshot("counting", text)).toThrow(/counting.*nothing was changed/);
  });

  test("with a wrong field stops the profile and names the field", () => {
    const state = { ...freshState(profileOf(first)), halted: 5 };
    expect(() => parseSnapshot("counting", JSON.stringify(state))).toThrow(/"halted"/);
  });

  test("of an older version is migrated", () => {
    const old = freshState(profileOf(first));
    const own = old.symbols["BTC/USD"];
    if (own !== undefined) own.state = { count: 7 };
    const profile = compileProfile(defineProfile(second, { name: "counting", universe }));
    const adopted = adoptState(profile, old);
    expect(adopted.stateVersion).toBe(2);
    expect(adopted.symbols["BTC/USD"]?.state).toEqual({ total: 7 });
  });

  test("of another version without migrate stops the profile and names both versions", () => {
    const old = { ...freshState(profileOf(first)), stateVersion: 3 };
    expect(() => adoptState(profileOf(first), old)).toThrow(/version 3.*version 1.*no migrate/);
  });

  test("whose state does not fit the schema stops the profile and names the field", () => {
    const state = freshState(profileOf(first));
    const own = state.symbols["BTC/USD"];
    if (own !== undefined) own.state = { count: "many" };
    expect(() => adoptState(profileOf(first), state)).toThrow(/symbols\.BTC\/USD\.state\.count/);
  });

  test("cannot be made for a strategy whose state has no defaults", () => {
    const bare = defineStrategy({ ...base, state: z.object({ count: z.int() }) });
    const profile = compileProfile(defineProfile(bare, { name: "bare", universe }));
    expect(() => freshState(profile)).toThrow(InputError);
  });
});

describe("a profile", () => {
  test("with a misspelt parameter does not compile, and is refused at run time too", () => {
    // @ts-expect-error the parameter is called step
    const profile = defineProfile(first, { name: "x", universe, params: { stepp: 2 } });
    expect(() => compileProfile(profile)).toThrow(/profile x: params.*stepp/);
  });

  test("with a parameter out of range is refused by name", () => {
    const profile = defineProfile(first, { name: "x", universe, params: { step: 0 } });
    expect(() => compileProfile(profile)).toThrow(/profile x: params\.step: .*>=1/);
  });

  test("with a wrong name, sizing, limit or universe is refused by field", () => {
    const of = (options: object) => () =>
      compileProfile(defineProfile(first, { name: "x", universe, ...options }));
    expect(of({ name: "Not A Slug" })).toThrow(/name: expected lower-case/);
    expect(of({ sizing: { kind: "equity-fraction", fraction: -1 } })).toThrow(/sizing\.fraction/);
    expect(of({ limits: { maxOpenOrders: 0 } })).toThrow(/limits\.maxOpenOrders/);
    expect(of({ universe: [] })).toThrow(/universe/);
    expect(of({ universe: [crypto("BTC/USD"), "SPY"] })).toThrow(/one calendar/);
    expect(of({ account: { cash: "1e5" } })).toThrow(/account\.cash: expected a decimal/);
  });
});
