import { InputError } from "../domain/errors.ts";
import { describeSchedule } from "../domain/schedule.ts";
import { compileLimits } from "../risk/assess.ts";
import { limitsText } from "../risk/limits.ts";
import type { CompiledProfile } from "./profile.ts";

/**
 * Profiles that run together, with every shadow on the account of the profile that it names: what
 * that one holds is what it decides on. The others stay as they are.
 * @throws InputError for a shadow of a profile that does not run here or is a shadow itself, and
 * for one whose schedules are others, as both must decide at the same moments.
 */
export function withShadows(profiles: readonly CompiledProfile[]): readonly CompiledProfile[] {
  return profiles.map((profile) => {
    const { name, shadowOf } = profile;
    if (shadowOf === null) return profile;
    const of = profiles.find((one) => one.name === shadowOf);
    const refuse = (line: string) => new InputError(`profile ${name}: ${line}`);
    if (of === undefined) {
      const others = profiles.filter((one) => one.shadowOf === null).map((one) => one.name);
      const known = others.join(", ") || "none";
      throw refuse(`shadowOf: expected a profile that runs here (${known}), got ${shadowOf}`);
    }
    if (of.shadowOf !== null) {
      throw refuse(`shadowOf: expected a profile that trades, got ${shadowOf}, a shadow itself`);
    }
    const [own, theirs] = [schedulesOf(profile), schedulesOf(of)];
    if (own !== theirs) {
      throw refuse(
        `schedules: expected those of ${shadowOf} (${theirs}), as both decide at the same ` +
          `moments, got ${own}; \`bellwether shadow ${name} --of ${shadowOf}\` compares such two`,
      );
    }
    const { account } = of;
    return {
      ...profile,
      account,
      rules: compileLimits(profile.limits, account.limits),
      limitsText: limitsText(profile.limits, account.limits),
    };
  });
}

/** A shadow as a profile of its own: what a replay, which has no venue to keep it from, runs. */
export function standingAlone(profile: CompiledProfile): CompiledProfile {
  return profile.shadowOf === null ? profile : { ...profile, shadowOf: null };
}

/** Profiles that may order. */
export function tradersOf(profiles: readonly CompiledProfile[]): readonly CompiledProfile[] {
  return profiles.filter(({ shadowOf }) => shadowOf === null);
}

function schedulesOf({ schedules }: CompiledProfile): string {
  const named = Object.entries(schedules).map(([name, rule]) => {
    return `${name}: ${describeSchedule(rule)}`;
  });
  return named.sort().join("; ") || "none";
}
