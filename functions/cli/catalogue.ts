import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { InputError } from "../../core/domain/errors.ts";
import type { Strategy } from "../../core/strategy/define.ts";
import type { Profile } from "../../core/strategy/profile.ts";

/** The checkout: where strategies and reports are. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Every strategy exported by a file of `strategies/`, by name. */
export async function allStrategies(root = ROOT): Promise<ReadonlyMap<string, Strategy>> {
  const found = new Map<string, Strategy>();
  for (const exported of await exportsOf(join(root, "strategies"))) {
    if (isStrategy(exported)) found.set(exported.name, exported);
  }
  return found;
}

/** Every profile exported by a file of `strategies/profiles/`, by name. */
export async function allProfiles(root = ROOT): Promise<ReadonlyMap<string, Profile>> {
  const found = new Map<string, Profile>();
  for (const exported of await exportsOf(join(root, "strategies", "profiles"))) {
    if (isProfile(exported)) found.set(exported.options.name, exported);
  }
  return found;
}

/** @throws InputError listing what there is when a name is not among it. */
export function picked<T>(all: ReadonlyMap<string, T>, name: string, kind: string): T {
  const one = all.get(name);
  if (one !== undefined) return one;
  const known = [...all.keys()].join(", ") || "none";
  throw new InputError(`expected a ${kind} (${known}), got "${name}"`);
}

async function exportsOf(folder: string): Promise<readonly unknown[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
  const modules = await Promise.all(
    names.map((name): Promise<object> => import(pathToFileURL(join(folder, name)).href)),
  );
  return modules.flatMap((module) => Object.values(module));
}

function isStrategy(value: unknown): value is Strategy {
  if (typeof value !== "object" || value === null) return false;
  return "params" in value && "bars" in value && "state" in value && "name" in value;
}

function isProfile(value: unknown): value is Profile {
  return typeof value === "object" && value !== null && "strategy" in value && "options" in value;
}
