/** Asks for what is, and draws it. */
import { timeOf } from "./format.js";
import { draw } from "./table.js";

const EVERY_MS = 2_000;

/** @param {string} id */
function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`expected an element ${id}`);
  return element;
}

function drawHalts(halts) {
  const all = halts.some(({ kind }) => kind === "all");
  const kill = byId("kill");
  kill.textContent = all ? "Resume all" : "Stop all entries";
  kill.classList.toggle("danger", !all);
  kill.onclick = () => turn(all ? "resume" : "kill", null);
  const box = byId("halts");
  box.hidden = halts.length === 0;
  box.textContent = halts
    .map(({ kind, name, reason, by }) => {
      const what = kind === "all" ? "Everything" : `${kind} ${name}`;
      return `${what} is switched off by ${by}: ${reason}. Exits still pass.`;
    })
    .join(" ");
}

const PROFILE = [
  "name",
  "standing",
  "switch",
  "reason",
  "equity",
  "dayProfit",
  "realised",
  "cash",
  "openOrders",
  "lastBar",
  "mode",
  "strategy",
  "account",
];
const POSITION = [
  "profile",
  "symbol",
  "quantity",
  "average",
  "price",
  "value",
  "unrealised",
  "realised",
];
const ORDER = [
  "order",
  "profile",
  "side",
  "symbol",
  "quantity",
  "type",
  "limit",
  "stop",
  "status",
  "filled",
  "decided",
  "reason",
];
const FILL = ["time", "profile", "side", "symbol", "quantity", "price", "fee", "slippage", "order"];

async function refresh() {
  const pulse = byId("pulse");
  try {
    const answer = await fetch("/api/now");
    if (!answer.ok) throw new Error(await answer.text());
    const now = await answer.json();
    byId("where").textContent = now.where;
    pulse.textContent = `${timeOf(now.time)} New York`;
    pulse.classList.remove("lost");
    drawHalts(now.halts);
    draw(byId("profiles"), now.profiles, PROFILE, { explain, turn });
    draw(byId("positions"), now.positions, POSITION, { explain, turn });
    draw(byId("orders"), now.orders, ORDER, { explain, turn });
    draw(byId("fills"), now.fills, FILL, { explain, turn });
    draw(byId("events"), now.events, ["time", "type", "id"], { explain, turn });
  } catch (error) {
    pulse.textContent = `not up to date: ${error.message}`;
    pulse.classList.add("lost");
  }
}

async function turn(action, profile) {
  const what = profile ?? "everything";
  const words = { kill: `Stop entries of ${what}?`, resume: `Let ${what} trade again?` };
  if (!window.confirm(words[action])) return;
  const answer = await fetch(`/api/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ profile, reason: "by hand" }),
  });
  if (!answer.ok) window.alert(await answer.text());
  await refresh();
}

async function explain(id) {
  const answer = await fetch(`/api/why?id=${encodeURIComponent(id)}`);
  const dialog = byId("why");
  dialog.querySelector("pre").textContent = await answer.text();
  dialog.showModal();
}

async function keepUp() {
  await refresh();
  setTimeout(keepUp, EVERY_MS);
}
keepUp();
