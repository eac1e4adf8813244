import { readFile } from "node:fs/promises";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { decimalOf } from "../../core/domain/decimal.ts";
import { InputError } from "../../core/domain/errors.ts";
import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import { parseEvent } from "../../core/events/envelope.ts";
import type { CorporateAction } from "../../core/runtime/actionHandler.ts";
import { readCorporateActions } from "../readers/index.ts";

/** Splits and dividends of a file, each before the first trade of its ex date. */
export async function actionsFrom(path: string): Promise<readonly CorporateAction[]> {
  const calendar = calendarOf("us-equity");
  const read = await readCorporateActions(path);
  return read
    .map(({ exDate, symbol, kind, value }) => ({
      symbol,
      kind,
      value: decimalOf(value),
      newSymbol: null,
      timeMs: calendar.sessionOn(exDate)?.preOpenTimeMs ?? 0,
    }))
    .filter(({ timeMs }) => timeMs > 0)
    .sort((a, b) => a.timeMs - b.timeMs);
}

/** Recorded signals of a file of envelopes, ascending by the time at which they were received. */
export async function signalsFrom(path: string): Promise<readonly EventOf<"signal.received.v1">[]> {
  const lines = (await readText(path)).split("\n").filter((line) => line.trim() !== "");
  const events = lines.map((line, i) => eventAt(line, `${path}:${i + 1}`));
  return events
    .filter((event) => event.type === "signal.received.v1")
    .sort((a, b) => a.receivedTimeMs - b.receivedTimeMs);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    throw new InputError(`signals: expected a readable file, got ${path}`);
  }
}

function eventAt(line: string, place: string): DomainEvent {
  try {
    return parseEvent(line);
  } catch (error) {
    throw new InputError(`${place}: ${error instanceof Error ? error.message : "not an event"}`);
  }
}
