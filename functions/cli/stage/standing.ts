import { iso } from "../../../core/domain/time.ts";
import type { Lease } from "../../../core/ports/lease.ts";
import { STREAM_LEASE } from "../../deploy/names.ts";
import type { Needs } from "../../deploy/needs.ts";
import { streams } from "../../deploy/needs.ts";
import type { Books } from "../books/books.ts";
import { textTable } from "../render/table.ts";

/** How one profile stands. */
interface ProfileStatus {
  readonly profile: string;
  readonly mode: string;
  readonly account: string;
  readonly bars: "polled" | "streamed";
  /** Close of the newest bar that it decided on, UTC; null before the first. */
  readonly lastBar: string | null;
  readonly openOrders: number;
  readonly positions: number;
  /** Why it is stopped, or null while it runs. */
  readonly halted: string | null;
}

/** Who holds the right to gather bars, and whether it still does. */
interface Leader {
  readonly holder: string;
  readonly epoch: number;
  /** UTC. */
  readonly until: string;
  readonly leads: boolean;
}

/** What a stage does at this moment. */
export interface Status {
  readonly where: string;
  readonly profiles: readonly ProfileStatus[];
  readonly switches: readonly string[];
  /** Who holds the lease of the stream task; null where none ever did, or none is needed. */
  readonly leader: Leader | null;
  /** Messages in each queue; null for a server of this machine, which has none. */
  readonly queues: Readonly<Record<string, number>> | null;
}

/** Reads how a stage stands out of its books. */
export async function statusOf(
  needs: Needs,
  { store, switches, leases, where }: Books,
  queues: Status["queues"],
  nowMs: number,
): Promise<Status> {
  const profiles: ProfileStatus[] = [];
  for (const profile of needs.profiles) {
    const { name, mode, account } = profile;
    const state = (await store.profile(name))?.value;
    const book = (await store.book(account.name))?.value;
    const last = Math.max(0, ...Object.values(state?.symbols ?? {}).map((one) => one.lastTimeMs));
    const halts = await switches.halts(name, account.name);
    const positions = Object.values(book?.ledgers[name]?.positions ?? {});
    profiles.push({
      profile: name,
      mode,
      account: account.name,
      bars: streams(profile) || needs.streams ? "streamed" : "polled",
      lastBar: last === 0 ? null : iso(last),
      openOrders: (book?.orders ?? []).filter(({ request }) => request.profile === name).length,
      positions: positions.filter(({ quantity }) => quantity !== 0n).length,
      halted: state?.halted ?? halts[0]?.reason ?? null,
    });
  }
  const on = (await switches.all()).map(
    ({ kind, name, by, reason, sinceMs }) =>
      `${kind === "all" ? "everything" : `${kind} ${name}`}: ${reason} (${by}, ${iso(sinceMs)})`,
  );
  const lease = needs.streams ? await leases?.find(STREAM_LEASE) : undefined;
  const leader = lease === undefined ? null : leaderOf(lease, nowMs);
  return { where, profiles, switches: on, leader, queues };
}

function leaderOf({ holder, epoch, expiresAtMs }: Lease, nowMs: number): Leader {
  return { holder, epoch, until: iso(expiresAtMs), leads: nowMs < expiresAtMs };
}

function leaderText({ holder, epoch, until, leads }: Leader): string {
  if (leads) return `the stream is led by ${holder}, number ${epoch}, until ${until}`;
  return `nobody leads the stream: ${holder} did until ${until}`;
}

/** The same for people. */
export function statusText(status: Status, colour: boolean): string {
  const { where, profiles, switches, leader, queues } = status;
  const table = textTable(
    ["profile", "mode", "account", "bars", "last bar", ">orders", ">positions", "halted"],
    profiles.map((one) => [
      one.profile,
      one.mode,
      one.account,
      one.bars,
      one.lastBar ?? "none yet",
      String(one.openOrders),
      String(one.positions),
      one.halted ?? "",
    ]),
    colour,
  );
  const lines = [where, table, ""];
  lines.push(switches.length === 0 ? "no kill switch is on" : "kill switches that are on:");
  lines.push(...switches.map((line) => `  ${line}`));
  if (leader !== null) lines.push(leaderText(leader));
  else if (queues !== null && profiles.some(({ bars }) => bars === "streamed")) {
    lines.push("nobody has ever led the stream: did its task start?");
  }
  if (queues !== null) {
    const depths = Object.entries(queues).map(([name, count]) => `${name} ${count}`);
    lines.push(`messages waiting: ${depths.join(", ")}`);
  }
  return lines.join("\n");
}
