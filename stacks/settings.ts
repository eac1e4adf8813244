import { InputError } from "../core/domain/errors.ts";
import { slug } from "../core/domain/schema.ts";
import type { Needs } from "../functions/deploy/needs.ts";
import type { Bundles } from "./bundler.ts";

/** What a person chooses of a stage, beside its profiles. */
export interface Choices {
  readonly stage: string;
  /** Where alarms are mailed to; null for nowhere. */
  readonly alarmMail: string | null;
  /** Dollars a month above which AWS Budgets raises an alarm. */
  readonly monthlyBudget: number;
  /** False where the account's limit of concurrent functions is too low to set some aside. */
  readonly reservesConcurrency: boolean;
  /** A second stream task that waits for the lease. */
  readonly standby: boolean;
  /** Whether the sweep's bucket and state machine are deployed. */
  readonly sweeps: boolean;
  /** Whether alarms and notices go to Slack, Discord, Telegram or ntfy too. */
  readonly notify: boolean;
}

/** All that a stack is made from. */
export interface Settings extends Choices {
  readonly needs: Needs;
  readonly bundles: Bundles;
  /** Production keeps its table and journal when the stack goes, and refuses to delete them. */
  readonly isProduction: boolean;
}

const PRODUCTION = /^(prod|production|live)$/;

/**
 * Reads choices from the environment, so that `sst` and `cdk` are told alike.
 * @throws InputError naming the variable that is wrong.
 */
export function choicesOf(env: Readonly<Record<string, string | undefined>>): Choices {
  const stage = slug.safeParse(env.BELLWETHER_STAGE ?? "dev");
  if (!stage.success || stage.data.length > 20) {
    throw new InputError(
      `BELLWETHER_STAGE: expected up to 20 lower-case letters, digits and dashes, got "${env.BELLWETHER_STAGE}"`,
    );
  }
  return {
    stage: stage.data,
    alarmMail: env.BELLWETHER_ALARM_MAIL ?? null,
    monthlyBudget: dollars("BELLWETHER_BUDGET", env.BELLWETHER_BUDGET ?? "20"),
    reservesConcurrency: flag("BELLWETHER_RESERVE", env.BELLWETHER_RESERVE ?? "yes"),
    standby: flag("BELLWETHER_STANDBY", env.BELLWETHER_STANDBY ?? "no"),
    sweeps: flag("BELLWETHER_SWEEPS", env.BELLWETHER_SWEEPS ?? "no"),
    notify: flag("BELLWETHER_NOTIFY", env.BELLWETHER_NOTIFY ?? "no"),
  };
}

/** Stages whose data outlives the stack: named as production, or trading real money. */
export function isProduction(stage: string, needs: Needs): boolean {
  return needs.live || PRODUCTION.test(stage);
}

function dollars(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new InputError(`${name}: expected dollars a month, got "${text}"`);
}

function flag(name: string, text: string): boolean {
  if (text === "yes" || text === "no") return text === "yes";
  throw new InputError(`${name}: expected yes or no, got "${text}"`);
}
