import type { Profile } from "../../core/strategy/profile.ts";

/**
 * Every profile of the checkout. A bundle has no folder to look into: the bundler puts a module
 * with the profiles themselves in the place of this one (functions/bundle/profilesPlugin.ts).
 */
export async function everyProfile(): Promise<readonly Profile[]> {
  const { allProfiles } = await import("../cli/catalogue.ts");
  return [...(await allProfiles()).values()];
}
