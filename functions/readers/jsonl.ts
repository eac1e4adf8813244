import * as z from "zod";
import { catalogue } from "../../core/events/catalogue.ts";
import { instantOf } from "./cells.ts";
import type { IssueLog } from "./issues.ts";
import { type Planner, parseText, type Table, TableBuilder } from "./table.ts";

/** The attributes that every CloudEvents 1.0 envelope has, and the optional ones that we read. */
const envelope = z.object({
  specversion: z.literal("1.0"),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  time: z.iso.datetime({ offset: true }).optional(),
  data: z.unknown(),
});
type Envelope = z.output<typeof envelope>;

/** Which events hold the rows that are asked for. */
export type EventKind = "bars" | "quotes" | "trades";

type Row = Readonly<Record<string, unknown>>;

const HEADERS: Readonly<Record<EventKind, readonly string[]>> = {
  bars: "timeframe symbol openTimeMs closeTimeMs open high low close volume".split(" "),
  quotes: "symbol eventTimeMs bid bidSize ask askSize".split(" "),
  trades: "symbol eventTimeMs price size".split(" "),
};

/**
 * Reads JSON lines, one CloudEvents 1.0 envelope a line: `bars.closed.v1`, `quote.received.v1` or
 * `trade.received.v1`. Events of other types are passed over, as a journal holds all of them; a
 * line that is no envelope, or whose data does not fit its type, is an issue. The event time of
 * quotes and trades is the envelope's `time`.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function jsonlTable(
  file: string,
  bytes: Uint8Array,
  kind: EventKind,
  planner: Planner,
  log: IssueLog,
): Table {
  const { fields, filters } = planner(HEADERS[kind], file);
  const found: { line: number; row: Row }[] = [];
  const lines = new TextDecoder().decode(bytes).split("\n");
  lines.forEach((text, index) => {
    if (text.trim() === "") return;
    const rows = rowsOf(text, kind);
    if (typeof rows !== "string") {
      for (const row of rows) found.push({ line: index + 1, row });
      return;
    }
    const got = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    const expected = `a CloudEvents 1.0 envelope (${rows})`;
    log.add({ file, line: index + 1, field: "event", defect: "invalid-event", expected, got });
  });
  const builder = new TableBuilder(file, fields, found.length, log);
  for (const { line, row } of found) {
    if (filters.some(({ header, equals }) => row[header] !== equals)) continue;
    builder.end(line, putRow(row, line, builder));
  }
  return builder.table();
}

/** Rows of one line, or what is wrong with it. */
function rowsOf(text: string, kind: EventKind): readonly Row[] | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "no JSON";
  }
  const parsed = envelope.safeParse(json);
  if (!parsed.success) return z.prettifyError(parsed.error).replaceAll("\n", " ");
  const rows = KINDS[kind](parsed.data);
  if (rows instanceof z.ZodError) return z.prettifyError(rows).replaceAll("\n", " ");
  return rows;
}

const KINDS: Record<EventKind, (event: Envelope) => readonly Row[] | z.ZodError> = {
  bars(event) {
    if (event.type !== "bars.closed.v1") return [];
    const parsed = catalogue["bars.closed.v1"].safeParse(event.data);
    if (!parsed.success) return parsed.error;
    return parsed.data.bars.map((bar) => ({ ...bar, timeframe: parsed.data.timeframe }));
  },
  quotes: (event) => tickRows(event, "quote.received.v1"),
  trades: (event) => tickRows(event, "trade.received.v1"),
};

function tickRows(event: Envelope, type: "quote.received.v1" | "trade.received.v1") {
  if (event.type !== type) return [];
  const parsed = catalogue[type].safeParse(event.data);
  if (!parsed.success) return parsed.error;
  return [{ ...parsed.data, eventTimeMs: event.time ?? "" }];
}

function putRow(row: Row, line: number, builder: TableBuilder): boolean {
  let good = true;
  builder.fields.forEach((field, index) => {
    const cell = row[field.header];
    const parser = builder.parsers[index];
    const text = String(cell ?? "");
    const read = typeof cell === "number" ? cell : parser ? parseText(parser, text) : Number.NaN;
    const value = field.kind === "time" ? instantOf(read) : read;
    builder.put(index, value);
    if (Number.isNaN(value) && !builder.excuse(index, line, text)) good = false;
  });
  return good;
}
