/** How figures and times of the books are written. */

const MONEY = new Set(["equity", "cash", "dayProfit", "realised", "unrealised", "value"]);
const TIMES = new Set(["time", "lastBar", "decided"]);

/** Digits are grouped as text: a float would change what the books say. */
function money(text) {
  const [whole = "", part = ""] = text.replace("-", "").split(".");
  const cents = part.padEnd(2, "0").slice(0, 2);
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return `${text.startsWith("-") ? "−" : ""}${grouped}.${cents}`;
}

/** A time as New York reads it. */
export function timeOf(iso) {
  const at = new Date(iso);
  const time = at.toLocaleTimeString("en-GB", { timeZone: "America/New_York" });
  const day = at.toLocaleDateString("en-CA", { timeZone: "America/New_York" });
  return `${day} ${time}`;
}

/** What a cell of this column says. */
export function shown(name, value) {
  if (value === null || value === "") return "";
  if (TIMES.has(name)) return timeOf(value);
  return MONEY.has(name) ? money(value) : String(value);
}
