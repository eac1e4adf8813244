import type { Strategy } from "../../core/strategy/define.ts";

/** Every strategy of the checkout; in a bundle by what the bundler puts here, as with profiles. */
export async function everyStrategy(): Promise<readonly Strategy[]> {
  const { allStrategies } = await import("../cli/catalogue.ts");
  return [...(await allStrategies()).values()];
}
