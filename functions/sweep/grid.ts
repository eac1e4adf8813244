import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";

/** Values of parameters by name, as they are given to a strategy. */
export const parameterSet = z.record(z.string(), z.json());
export type ParameterSet = Readonly<z.output<typeof parameterSet>>;

/** More than this is no search any more, and would not fit into anybody's patience. */
const MOST_SETS = 100_000;

/**
 * Every combination of the values of a grid such as `fast=5..20:5,slow=20|50|100,stopAtr=2`: a
 * range with its step (1 where none is named), values between bars, or one value. The last
 * parameter changes fastest.
 * @throws InputError for a parameter that is not known or named twice, and for what is no range.
 */
export function setsOf(grid: string, known: readonly string[]): readonly ParameterSet[] {
  let sets: readonly ParameterSet[] = [{}];
  const named = new Set<string>();
  for (const part of grid.split(",").filter((one) => one.trim() !== "")) {
    const [name = "", ...rest] = part.split("=").map((one) => one.trim());
    if (!known.includes(name)) {
      const list = known.join(", ") || "it has none";
      throw new InputError(`--grid: expected a parameter of the strategy (${list}), got "${name}"`);
    }
    if (named.has(name)) throw new InputError(`--grid: expected ${name} once, got it twice`);
    named.add(name);
    const values = valuesOf(name, rest.join("="));
    if (sets.length * values.length > MOST_SETS) {
      throw new InputError(`--grid: expected at most ${MOST_SETS} combinations: take larger steps`);
    }
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value })));
  }
  if (named.size === 0) throw new InputError("--grid: expected NAME=FROM..TO:STEP, got nothing");
  return sets;
}

function valuesOf(name: string, text: string): readonly ParameterSet[string][] {
  if (text === "") throw new InputError(`--grid: expected ${name}=VALUES, got none`);
  if (text.includes("..")) return range(name, text);
  return text.split("|").map((one) => jsonOrText(one.trim()));
}

const RANGE = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)(?::(-?\d+(?:\.\d+)?))?$/;

function range(name: string, text: string): readonly number[] {
  const found = RANGE.exec(text);
  const [, from = "", to = "", step = "1"] = found ?? [];
  const count = Math.floor((Number(to) - Number(from)) / Number(step) + 1e-9) + 1;
  if (found === null || !(Number(step) > 0) || count < 1) {
    throw new InputError(`--grid: expected ${name}=FROM..TO:STEP going up, got "${text}"`);
  }
  if (count > MOST_SETS) throw new InputError(`--grid: ${name}: expected fewer values: ${count}`);
  // Steps of 0.1 are not exact: places after the point are those that were written.
  const places = Math.max(...[from, step].map((one) => one.split(".")[1]?.length ?? 0));
  return Array.from({ length: count }, (_, i) =>
    Number((Number(from) + i * Number(step)).toFixed(places)),
  );
}

function jsonOrText(text: string): ParameterSet[string] {
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return text;
  }
}
