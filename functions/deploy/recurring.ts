import { InputError } from "../../core/domain/errors.ts";
import type { Timeframe } from "../../core/domain/timeframe.ts";
import type { Needs } from "./needs.ts";

/** New York's clock decides when its exchanges open, daylight saving included. */
const ZONE = "America/New_York";

/** A recurring job: when, in which zone, and what the function is told. */
export interface Recurring {
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly to: "schedule" | "updates" | "reconcile";
  readonly job: "plan" | "bars" | "updates" | "guard" | "reconcile";
  /** The account that it is about; null for all. */
  readonly account: string | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly because: string;
}

/** Every recurring job of a stage. Holidays are known to the jobs, not to these rules. */
export function recurringOf(needs: Needs): readonly Recurring[] {
  const plan: Recurring = {
    name: "plan",
    cron: "cron(0 2 * * ? *)",
    zone: ZONE,
    to: "schedule",
    ...{ job: "plan", account: null },
    input: { job: "plan" },
    because: "before any session: plans the day's one-time jobs",
  };
  const hours = needs.hours === "always" ? "* * * ? *" : "9-16 ? * MON-FRI *";
  const each = (to: "updates" | "reconcile" | "guard", minutes: string, because: string) =>
    needs.accounts.map(
      (account): Recurring => ({
        name: `${to}-${account}`.slice(0, 64),
        cron: `cron(${minutes} ${hours})`,
        zone: ZONE,
        to: to === "guard" ? "schedule" : to,
        ...{ job: to, account },
        input: to === "guard" ? { job: "guard", input: { account } } : { account },
        because,
      }),
    );
  return [
    plan,
    ...(needs.polled === null ? [] : [polling(needs.polled, hours)]),
    ...(needs.streams ? [] : each("updates", "*", "asks after open orders, if there are any")),
    ...each("guard", "*", "carries out kill switches; the dead man's switch"),
    ...each("reconcile", "0/5", "books what was missed, and tells of what differs"),
  ];
}

/**
 * Minutes at which bars of a time frame are asked for: at each close and twice more, as the venue
 * may be late with one. Bars that came before are not told again.
 */
const CLOSES: Readonly<Record<Timeframe, string | null>> = {
  "1s": null,
  "1m": "*",
  "5m": "*",
  "15m": "0-2,15-17,30-32,45-47",
  "30m": "0-2,30-32",
  "1h": "0-2,30-32",
  "4h": "0-2,30-32",
  "1d": "0-2",
  "1w": "0-2",
  "1mo": "0-2",
};

function polling(timeframe: Timeframe, hours: string): Recurring {
  const minutes = CLOSES[timeframe];
  if (minutes === null) {
    throw new InputError(
      `bars: expected 1m or longer where they are polled, got ${timeframe}: write deploy: { bars: "stream" }`,
    );
  }
  return {
    name: "bars",
    cron: `cron(${minutes} ${hours})`,
    zone: ZONE,
    to: "schedule",
    ...{ job: "bars", account: null },
    input: { job: "bars" },
    because: `asks for the ${timeframe} bars that just closed`,
  };
}
