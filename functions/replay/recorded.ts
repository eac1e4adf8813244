import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { decimalOf } from "../../core/domain/decimal.ts";
import { InputError } from "../../core/domain/errors.ts";
import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import { parseEvent } from "../../core/events/envelope.ts";
import type { CorporateAction } from "../../core/runtime/actionHandler.ts";
import type { Selections } from "../../core/strategy/runner.ts";
import { readCorporateActions } from "../readers/index.ts";

/**
 * The file that corporate actions are read from: the one named, else the data folder's own
 * `corporate-actions/events.csv` where it has one; null for none, also where `none` is named.
 * Recorded prices are raw, so a folder's own splits must come with them, asked for or not.
 */
export function actionsFile(named: string | null, dataDir: string | null): string | null {
  if (named !== null) return named === "none" ? null : named;
  if (dataDir === null) return null;
  const own = join(dataDir, "corporate-actions", "events.csv");
  return existsSync(own) ? own : null;
}

/** Corporate actions of a file, each before the first trade of its ex date. */
export async function actionsFrom(path: string): Promise<readonly CorporateAction[]> {
  const calendar = calendarOf("us-equity");
  const read = await readCorporateActions(path);
  return read
    .map(({ exDate, symbol, kind, value, newSymbol }) => ({
      symbol,
      kind,
      value: decimalOf(value),
      newSymbol,
      timeMs: calendar.sessionOn(exDate)?.preOpenTimeMs ?? 0,
    }))
    .filter(({ timeMs }) => timeMs > 0)
    .sort((a, b) => a.timeMs - b.timeMs);
}

/** Recorded signals of a file of envelopes, ascending by the time at which they were received. */
export async function signalsFrom(path: string): Promise<readonly EventOf<"signal.received.v1">[]> {
  return (await eventsFrom(path, "signals"))
    .filter((event) => event.type === "signal.received.v1")
    .sort((a, b) => a.receivedTimeMs - b.receivedTimeMs);
}

/** What scanners selected, by the id of the event that says so, from a file of envelopes. */
export async function selectionsFrom(path: string): Promise<Selections> {
  const events = await eventsFrom(path, "universes");
  return new Map(
    events.flatMap((event) =>
      event.type === "universe.selected.v1" ? [[event.id, event.data] as const] : [],
    ),
  );
}

async function eventsFrom(path: string, option: string): Promise<readonly DomainEvent[]> {
  const lines = (await readText(path, option)).split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, i) => eventAt(line, `${path}:${i + 1}`));
}

async function readText(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    throw new InputError(`${option}: expected a readable file, got ${path}`);
  }
}

function eventAt(line: string, place: string): DomainEvent {
  try {
    return parseEvent(line);
  } catch (error) {
    throw new InputError(`${place}: ${error instanceof Error ? error.message : "not an event"}`);
  }
}
