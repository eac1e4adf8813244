import { overview, profileCurves } from "./curves.js";
import { dataOf } from "./dom.js";
import { orders, selections } from "./orders.js";
import { prices } from "./prices.js";
import { watchTheme } from "./theme.js";
import { trips } from "./trips.js";

const views = { overview, curves: profileCurves, prices, trips, orders, selections };

/**
 * Fills every host of a section with its view; once, as a panel is drawn when it is first opened.
 */
function fill(section) {
  if (section.dataset.drawn === "true") return;
  section.dataset.drawn = "true";
  const data = dataOf(section);
  for (const host of section.querySelectorAll("[data-view]")) views[host.dataset.view](host, data);
}

const tabs = [...document.querySelectorAll('[role="tab"]')];
const panels = [...document.querySelectorAll(".panel")];

/** Shows one profile; the others keep their place in the row of tabs. */
function open(index) {
  tabs.forEach((tab, at) => {
    tab.setAttribute("aria-selected", String(at === index));
    tab.tabIndex = at === index ? 0 : -1;
  });
  panels.forEach((panel, at) => {
    panel.hidden = at !== index;
  });
  fill(panels[index]);
}

function openFromAddress() {
  const index = panels.findIndex(({ id }) => `#${id}` === location.hash);
  if (index < 0) return false;
  open(index);
  return true;
}

/** Arrow keys walk along the tabs, as the pattern for tabs has it. */
function walk(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const at = tabs.indexOf(event.currentTarget);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  next.focus();
  open(tabs.indexOf(next));
}

tabs.forEach((tab, index) => {
  tab.addEventListener("keydown", walk);
  // The tab row stays where it is: only a link from the table above scrolls to the panel.
  tab.addEventListener("click", (event) => {
    event.preventDefault();
    history.replaceState(null, "", tab.getAttribute("href"));
    open(index);
  });
});

fill(document.querySelector("#overview"));
if (panels.length > 0 && !openFromAddress()) open(0);
addEventListener("hashchange", () => {
  if (openFromAddress()) document.querySelector(".tabs")?.scrollIntoView();
});
watchTheme();
