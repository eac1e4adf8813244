import { styleText } from "node:util";
import Table from "cli-table3";

/**
 * A text table: plain lines that line up, bold heads where the terminal allows it. A head that
 * starts with `>` aligns its column to the right.
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colour: boolean,
): string {
  const table = new Table({
    head: head.map((text) => bold(text.replace(/^>/, ""), colour)),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 0 },
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "  ",
    },
    colAligns: head.map((text) => (text.startsWith(">") ? "right" : "left")),
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

function bold(text: string, colour: boolean): string {
  return colour ? styleText("bold", text) : text;
}

/** Percent with two places, or an en dash for what is not defined. */
export function percent(value: unknown): string {
  return typeof value === "number" ? `${(value * 100).toFixed(2)} %` : "–";
}

/** A ratio with two places, or an en dash. */
export function ratio(value: unknown): string {
  return typeof value === "number" ? value.toFixed(2) : "–";
}

/** Dollars with separators and no cents, or an en dash. */
export function dollars(value: unknown): string {
  return typeof value === "number" ? `$${Math.round(value).toLocaleString("en-US")}` : "–";
}

const BLOCKS = "▁▂▃▄▅▆▇█";

/** A curve in one line of so many blocks. */
export function sparkline(values: readonly number[], width: number): string {
  if (values.length === 0) return "";
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return Array.from({ length: Math.min(width, values.length) }, (_, i) => {
    const at = Math.floor(
      (i * (values.length - 1)) / Math.max(1, Math.min(width, values.length) - 1),
    );
    const level = Math.round((((values[at] ?? low) - low) / span) * (BLOCKS.length - 1));
    return BLOCKS[level] ?? "";
  }).join("");
}
