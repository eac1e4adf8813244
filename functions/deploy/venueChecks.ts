import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { addDays } from "../../core/domain/time.ts";
import { AlpacaData } from "../alpaca/alpacaData.ts";
import { alpacaClient, type FetchApi } from "../alpaca/clientOptions.ts";
import { Gateway } from "../alpaca/gateway.ts";
import { ALPACA_LIMIT, rateLimiter } from "../alpaca/rateLimiter.ts";
import { systemTimers } from "../alpaca/timers.ts";
import { type Finding, failing, fine, warning } from "./findings.ts";
import type { VenueKeys } from "./keys.ts";
import type { Needs } from "./needs.ts";

/** How the venue is asked: over the network, or by a test. */
export interface VenueProbe {
  readonly fetchApi: FetchApi | undefined;
  nowMs(): number;
}

/** A clock this far off decides on bars too early or too late, ms. */
const CLOCK_OFF_MS = 2_000;

const DAYS_AHEAD = 30;

/** Whether an account's keys open an account that trades, and agree with us on time and days. */
export async function venueChecks(
  account: string,
  keys: VenueKeys[string],
  needs: Needs,
  { fetchApi, nowMs }: VenueProbe,
): Promise<readonly Finding[]> {
  const { keyId, secret, accountId } = keys;
  const modes = needs.profiles.filter((one) => one.account.name === account);
  const mode = modes.some((one) => one.mode === "live") ? "live" : "paper";
  const client = alpacaClient({ keyId, secret, mode, fetchApi });
  const clock = { nowMs };
  const limiters = {
    trading: rateLimiter(ALPACA_LIMIT, clock, systemTimers),
    data: rateLimiter(ALPACA_LIMIT, clock, systemTimers),
  };
  const found = await new Gateway(client, limiters.trading).account();
  const findings = [accountFinding(account, mode, accountId, found)];
  const { timestamp } = await client.trading.clock.legacyClock();
  const offMs = timestamp.getTime() - nowMs();
  findings.push(
    Math.abs(offMs) <= CLOCK_OFF_MS
      ? fine("clock", `${Math.round(offMs)} ms from the venue's`)
      : warning("clock", `${Math.round(offMs)} ms from the venue's`, "set this machine's clock"),
  );
  const from = new Date(nowMs()).toISOString().slice(0, 10);
  findings.push(await calendarFinding(new AlpacaData(client, limiters), from));
  return findings;
}

type Found = Awaited<ReturnType<Gateway["account"]>>;

function accountFinding(
  account: string,
  mode: "paper" | "live",
  expectedId: string | undefined,
  found: Found,
): Finding {
  const { id, status } = found;
  const check = "venue";
  if (status !== "ACTIVE") {
    return failing(check, `account ${account} is ${status}`, "ask the venue why, on its own page");
  }
  if (found.trading_blocked || found.account_blocked) {
    return failing(check, `account ${account} is blocked`, "ask the venue why, on its own page");
  }
  if (found.trade_suspended_by_user) {
    const todo = "allow trading again in the account's own settings, if it was not meant";
    return warning(check, `account ${account} takes no new orders: suspended by its user`, todo);
  }
  if (mode === "live" && expectedId !== id) {
    const todo = `bellwether secrets set venue ${account} --account-id ID, if ${id} is meant`;
    const expected = expectedId ?? "an account id to be set";
    return failing(check, `live: expected ${expected}, the keys open ${id}`, todo);
  }
  return fine(check, `${mode} account ${account} is active`);
}

/** Our own calendar against the venue's: a holiday that one of them lacks would be traded. */
async function calendarFinding(data: AlpacaData, from: string): Promise<Finding> {
  const to = addDays(from, DAYS_AHEAD);
  const theirs = await data.calendar(from, to);
  const ours = calendarOf("us-equity").sessionsBetween(from, to);
  const text = (all: readonly { date: string; openMs: number; closeMs: number }[]) =>
    new Map(all.map(({ date, openMs, closeMs }) => [date, `${openMs}-${closeMs}`]));
  const left = text(theirs);
  const right = text(
    ours.map(({ date, openTimeMs, closeTimeMs }) => {
      return { date, openMs: openTimeMs, closeMs: closeTimeMs };
    }),
  );
  const dates = [...new Set([...left.keys(), ...right.keys()])].sort();
  const differ = dates.filter((date) => left.get(date) !== right.get(date));
  if (differ.length === 0) return fine("calendar", `${left.size} sessions to ${to} agree`);
  const todo = "upgrade: core/domain/calendar lacks what the venue announced";
  return failing("calendar", `differs from the venue's on ${differ.join(", ")}`, todo);
}
