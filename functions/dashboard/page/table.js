/** Tables of rows; every text comes in as text, never as markup. */
import { shown } from "./format.js";

const NUMBERS = new Set([
  "equity",
  "cash",
  "dayProfit",
  "realised",
  "unrealised",
  "openOrders",
  "quantity",
  "average",
  "price",
  "value",
  "filled",
  "limit",
  "stop",
  "fee",
  "slippage",
]);
const SIGNED = new Set(["dayProfit", "realised", "unrealised"]);
const TITLES = { dayProfit: "today", lastBar: "last bar", openOrders: "open orders", id: "event" };

function cellOf(name, value, row, actions) {
  const cell = document.createElement("td");
  if (NUMBERS.has(name)) cell.classList.add("number");
  if (SIGNED.has(name) && value) cell.classList.add(value.startsWith("-") ? "loss" : "gain");
  if (name === "standing") {
    cell.classList.add("standing", value === "running" ? "gain" : "loss");
  }
  if (name === "order" || name === "id") {
    const button = document.createElement("button");
    button.className = "link";
    button.type = "button";
    button.textContent = value;
    button.title = "Why?";
    button.addEventListener("click", () => actions.explain(value));
    cell.append(button);
  } else if (name === "switch") {
    cell.append(switchOf(row, actions));
  } else {
    cell.textContent = shown(name, value);
  }
  return cell;
}

function switchOf(row, actions) {
  const on = row.standing === "switched off" || row.standing === "no entries";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = on ? "Resume" : "Stop entries";
  if (!on) button.className = "danger";
  button.addEventListener("click", () => actions.turn(on ? "resume" : "kill", row.name));
  return button;
}

/** Draws rows into an element; `actions` explain an order and turn a switch. */
export function draw(host, rows, columns, actions) {
  if (rows.length === 0) {
    const none = document.createElement("p");
    none.className = "quiet";
    none.textContent = "none";
    host.replaceChildren(none);
    return;
  }
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name === "switch" ? "" : (TITLES[name] ?? name);
    if (NUMBERS.has(name)) cell.classList.add("number");
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const name of columns) line.append(cellOf(name, row[name] ?? "", row, actions));
  }
  const frame = document.createElement("div");
  frame.className = "scroll";
  frame.tabIndex = 0;
  frame.append(table);
  const before = host.querySelector(".scroll");
  const top = before === null ? 0 : before.scrollTop;
  host.replaceChildren(frame);
  frame.scrollTop = top;
}
