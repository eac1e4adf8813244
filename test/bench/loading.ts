import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { parquetWriteFile } from "hyparquet-writer";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { iso } from "../../core/domain/time.ts";
import { readBars } from "../../functions/readers/index.ts";
import { randomWalk } from "./series.ts";

const ROWS = 300_000;
const ROUNDS = 3;

/** Rows a second of the readers, beside splitting the same text into lines and cells. */
export async function loadingRates(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bellwether-bench-"));
  try {
    const columns = randomWalk(ROWS, 1);
    const csv = join(folder, "walk.csv");
    const parquet = join(folder, "walk.parquet");
    const lines = ["timestamp,open,high,low,close,volume"];
    for (let i = 0; i < ROWS; i += 1) {
      const { openTimeMs, open, high, low, close, volume } = columns;
      lines.push(
        [iso(openTimeMs[i] ?? 0), open[i], high[i], low[i], close[i], volume[i]].join(","),
      );
    }
    const text = `${lines.join("\n")}\n`;
    await writeFile(csv, text);
    const names = ["open", "high", "low", "close", "volume"] as const;
    await parquetWriteFile({
      filename: parquet,
      columnData: [
        {
          name: "timestamp",
          data: Array.from(columns.openTimeMs, (ms) => new Date(ms)),
          type: "TIMESTAMP",
        },
        ...names.map((name) => ({ name, data: columns[name], type: "DOUBLE" as const })),
      ],
    });
    const options = { timeframe: "1m", calendar: calendarOf("always-open") } as const;
    const split = await best(async () => {
      if (text.split("\n").map((line) => line.split(",")).length < ROWS) throw new Error("too few");
    });
    const table = new Table({ head: ["loading", "M rows/s", "of splitting the text"] });
    for (const [name, path] of [
      ["CSV", csv],
      ["Parquet", parquet],
    ] as const) {
      const rate = await best(async () => {
        const { data } = await readBars(path, options);
        if (data.length !== ROWS) throw new Error(`${name}: ${data.length} rows`);
      });
      table.push([name, rate.toFixed(2), (rate / split).toFixed(2)]);
    }
    return table.toString();
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function best(work: () => Promise<void>): Promise<number> {
  let rate = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    await work();
    rate = Math.max(rate, ROWS / (performance.now() - startedMs) / 1000);
  }
  return rate;
}
