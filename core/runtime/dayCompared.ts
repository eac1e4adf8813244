import type { EventData, EventOf } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { instrumentsOf } from "./gatherer.ts";
import { ingest } from "./ingest.ts";
import { recordedDay } from "./journalDays.ts";
import type { LivePorts } from "./livePorts.ts";
import { type OfficialBars, type Parity, parityOf } from "./parity.ts";
import type { ParityKind } from "./parityOrders.ts";
import { baseOf, bucketsFrom } from "./pollBars.ts";

/** Differences that are kept in the journal; `bellwether parity` shows all of them. */
const MOST_TOLD = 50;

/** How comparing a day ended; without snapshots there is nothing to compare. */
export type ComparedOutcome = "compared" | "repeat" | "nothing";

/**
 * Holds a recorded UTC date against its replay with this code and the venue's own bars, and tells
 * what differs: as an event, and to a person where something does. Told once a date.
 */
export async function compareDay(
  ports: LivePorts,
  profiles: readonly CompiledProfile[],
  date: string,
): Promise<ComparedOutcome> {
  const id = `compared.${date}`;
  if ((await ports.journal.event(id)) !== undefined) return "repeat";
  const day = await recordedDay(ports.journal, date);
  const [first] = day;
  const last = day.at(-1);
  if (first === undefined || last === undefined) return "nothing";
  const range = { afterMs: first.receivedTimeMs, untilMs: last.receivedTimeMs };
  const official = await officialBars(ports, profiles, range);
  const nowMs = ports.clock.nowMs();
  let parity: Parity;
  try {
    parity = compared(profiles, day, official);
  } catch (error) {
    // Code that cannot decide a recorded day is told of, and keeps no other job from running.
    const text = error instanceof Error ? error.message : String(error);
    const title = `The day ${date} could not be replayed`;
    await ports.notifier.notify({ key: id, severity: "warning", title, text, timeMs: nowMs });
    return "nothing";
  }
  const times = { eventTimeMs: nowMs, receivedTimeMs: nowMs, causationId: id };
  const data = dataOf(date, parity);
  const event: EventOf<"day.compared.v1"> = { type: "day.compared.v1", id, ...times, data };
  if ((await ingest(ports.store, event)) === "repeat") return "repeat";
  if (data.isAlike) return "compared";
  const isOurs = (data.counts.code ?? 0) > 0;
  await ports.notifier.notify({
    key: id,
    severity: isOurs ? "warning" : "info",
    title: `Live and replay of ${date} differ`,
    text: [data.text, ...data.differences.slice(0, 5).map(lineOf)].join("\n"),
    timeMs: nowMs,
  });
  return "compared";
}

/** A profile that is gone from the checkout leaves the others comparable. */
function compared(
  profiles: readonly CompiledProfile[],
  day: Awaited<ReturnType<typeof recordedDay>>,
  official: OfficialBars,
): Parity {
  const names = new Set(profiles.map(({ name }) => name));
  const known = day.filter(
    ({ type, data }) =>
      type !== "snapshot.taken.v1" ||
      !("kind" in data && data.kind === "profile" && "name" in data) ||
      names.has(data.name),
  );
  return parityOf(profiles, known, official);
}

async function officialBars(
  { marketData }: LivePorts,
  profiles: readonly CompiledProfile[],
  range: { readonly afterMs: number; readonly untilMs: number },
): Promise<OfficialBars> {
  const symbols = instrumentsOf(profiles).map(({ symbol }) => symbol);
  const base = baseOf(profiles);
  const fromMs = bucketsFrom(profiles, { base, untilMs: range.afterMs });
  const afterMs = Math.min(range.afterMs, fromMs);
  return marketData.bars({ symbols, timeframe: base, afterMs, untilMs: range.untilMs });
}

function dataOf(date: string, parity: Parity): EventData<"day.compared.v1"> {
  const { decisions, orders, differences } = parity;
  const counts = { code: 0, data: 0, latency: 0, fill: 0, halt: 0 } satisfies Record<
    ParityKind,
    number
  >;
  for (const { kind } of differences) counts[kind] += 1;
  const kinds = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  const isAlike = differences.length === 0;
  const text =
    `${date}: ${decisions} decisions and ${orders} orders against a replay of them: ` +
    (isAlike ? "alike" : kinds.join(", "));
  const told = differences.slice(0, MOST_TOLD);
  return { date, decisions, orders, isAlike, counts, differences: told, text };
}

function lineOf({
  kind,
  profile,
  orderId,
  cause,
  live,
  replay,
}: Parity["differences"][number]): string {
  return `${kind}: ${profile}, ${orderId ?? cause}: live ${live}, replay ${replay}`;
}
