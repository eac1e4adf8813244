import { el, facts } from "./dom.js";
import { dollars, eventName, NOTHING, price, quantity, spelt, timeText } from "./format.js";
import { dataTable } from "./table.js";

/** Orders, each with the whole chain of events that answers why. @param {Element} host */
export function orders(host, { orders: rows }) {
  const number = (value) => (value === null ? null : Number(value));
  const columns = [
    {
      label: "Decided",
      of: ({ request }) => request.decidedTimeMs,
      show: ({ request }) => timeText(request.decidedTimeMs),
    },
    { label: "Symbol", of: ({ request }) => request.symbol },
    { label: "Side", of: ({ request }) => request.side },
    { label: "Role", of: ({ request }) => request.role },
    { label: "Type", of: ({ request }) => request.type },
    {
      label: "Asked",
      number: true,
      of: ({ request }) => number(request.quantity ?? request.notional),
      show: ({ request }) =>
        request.quantity === null
          ? dollars(number(request.notional))
          : quantity(number(request.quantity)),
    },
    {
      label: "Filled",
      number: true,
      of: (row) => number(row.filledQuantity),
      show: (row) => quantity(number(row.filledQuantity)),
    },
    {
      label: "Price",
      number: true,
      of: (row) => number(row.averagePrice),
      show: (row) => price(number(row.averagePrice)),
    },
    {
      label: "Fees",
      number: true,
      of: (row) => number(row.fees),
      show: (row) => dollars(number(row.fees)),
    },
    {
      label: "Status",
      of: (row) => row.status,
      show: (row) => el("span", { class: `status ${row.status}` }, row.status),
    },
    { label: "Reason", of: ({ request }) => request.reason },
  ];
  host.append(dataTable({ label: "Orders", columns, rows, details: why }));
}

/** Days with what a scanner kept and dropped. @param {Element} host */
export function selections(host, { selections: rows }) {
  const columns = [
    { label: "Time", of: ([timeMs]) => timeMs, show: ([timeMs]) => timeText(timeMs) },
    { label: "Scanner", of: ([, scanner]) => scanner },
    { label: "Candidates", number: true, of: ([, , , all]) => all },
    { label: "Kept", number: true, of: ([, , kept]) => kept.length },
    { label: "Universe", of: ([, , kept]) => kept.join(", ") },
  ];
  host.append(dataTable({ label: "Scanner selections", columns, rows, details: candidates }));
}

function candidates([, , , all, rows]) {
  const columns = [
    { label: "Symbol", of: ([symbol]) => symbol },
    {
      label: "Verdict",
      of: ([, kept]) => Number(kept),
      show: ([, kept]) => el("span", { class: kept ? "gain" : "quiet" }, kept ? "kept" : "dropped"),
    },
    {
      label: "Rank",
      number: true,
      of: ([, , rank]) => rank,
      show: ([, , rank]) => rank ?? NOTHING,
    },
    {
      label: "Score",
      number: true,
      of: (row) => row[3],
      show: (row) => (row[3] === null ? NOTHING : String(Number(row[3].toPrecision(6)))),
    },
    { label: "Reason", of: (row) => row[4] },
  ];
  const table = dataTable({ label: "Candidates", columns, rows, pageSize: 20 });
  const left = all - rows.length;
  return el(
    "div",
    {},
    table,
    left > 0 && el("p", { class: "note" }, `${left} dropped candidates left out.`),
  );
}

function why({ request, events }) {
  return el(
    "div",
    {},
    el("p", { class: "reason" }, request.reason === "" ? "No reason was given." : request.reason),
    el("ol", { class: "chain" }, ...events.map(link)),
    el("details", {}, el("summary", {}, "The order as requested"), facts(known(request))),
  );
}

/** One event of the chain: when, what, and with which numbers. */
function link({ type, id, timeMs, data }) {
  const { checks, reason, ...rest } = data !== null && typeof data === "object" ? data : { data };
  return el(
    "li",
    { class: `event ${eventName(type).split(" ")[0]}` },
    el("span", { class: "what", title: id }, eventName(type)),
    el("time", {}, timeText(timeMs)),
    reason ? el("p", {}, reason) : null,
    Array.isArray(checks) && checks.length > 0 && checksTable(checks),
    Object.keys(rest).length > 0 && facts(known(rest)),
  );
}

function checksTable(checks) {
  const head = ["Limit", "Value", "Bound", "Verdict"].map((text) =>
    el("th", { scope: "col" }, text),
  );
  const rows = checks.map(({ limit, value, bound, passed }) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, limit),
      el("td", { class: "number" }, value),
      el("td", { class: "number" }, bound),
      el("td", { class: passed ? "gain" : "loss" }, passed ? "passed" : "failed"),
    ),
  );
  const body = el("tbody", {}, ...rows);
  return el("table", { class: "figures small" }, el("thead", {}, el("tr", {}, ...head)), body);
}

/** Names and values of what is set, whatever it is: a new kind of event needs no new code here. */
function known(data) {
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => [spelt(key), shown(key, value)]);
}

function shown(key, value) {
  if (/TimeMs$|AtMs$/.test(key) && typeof value === "number") return timeText(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
