import { el } from "./dom.js";
import { count } from "./format.js";

/**
 * @typedef {object} Column
 * @property {string} label
 * @property {(row: any) => any} of the value to sort by
 * @property {(row: any) => Node | string} [show] how it reads; default: the value itself
 * @property {boolean} [number] aligned to the right
 * @property {boolean} [tone] coloured by its sign
 */

/**
 * A table for thousands of rows: sorted by its headers, paged, searched, and with details that open
 * below a row. Only the rows of a page are in the document.
 * @param {object} options
 * @param {string} options.label what the rows are, for the caption
 * @param {Column[]} options.columns
 * @param {any[]} options.rows
 * @param {(row: any) => Node} [options.details]
 * @param {number} [options.pageSize]
 */
export function dataTable({ label, columns, rows, details, pageSize = 25 }) {
  const state = { page: 0, column: -1, falling: false, text: "" };
  const body = el("tbody");
  const status = el("span", { "aria-live": "polite" });
  const heads = columns.map((column, index) => head(column, () => sortBy(index)));
  const [first, back, next, last] = [
    pageButton("«", "First page", () => turnTo(0)),
    pageButton("‹", "Previous page", () => turnTo(state.page - 1)),
    pageButton("›", "Next page", () => turnTo(state.page + 1)),
    pageButton("»", "Last page", () => turnTo(Infinity)),
  ];
  const search = el("input", {
    type: "search",
    placeholder: "Search",
    "aria-label": `Search ${label}`,
    oninput: () => {
      state.text = search.value.trim().toLowerCase();
      turnTo(0, true);
    },
  });

  let shown = rows;
  function sortBy(index) {
    state.falling = state.column === index ? !state.falling : Boolean(columns[index].number);
    state.column = index;
    turnTo(0, true);
  }
  function turnTo(page, changed = false) {
    if (changed) shown = sorted(filtered(rows, columns, state.text), columns, state);
    const pages = Math.max(1, Math.ceil(shown.length / pageSize));
    state.page = Math.max(0, Math.min(page, pages - 1));
    const from = state.page * pageSize;
    const part = shown.slice(from, from + pageSize);
    body.replaceChildren(...part.flatMap((row) => rowOf(row, columns, details)));
    status.textContent =
      shown.length === 0
        ? "No rows"
        : `${count(from + 1)} to ${count(from + part.length)} of ${count(shown.length)}`;
    for (const button of [first, back]) button.disabled = state.page === 0;
    for (const button of [next, last]) button.disabled = state.page === pages - 1;
    heads.forEach((cell, index) => {
      const order = state.falling ? "descending" : "ascending";
      cell.setAttribute("aria-sort", index === state.column ? order : "none");
    });
  }
  turnTo(0);

  const corner =
    details === undefined
      ? null
      : el("th", { scope: "col" }, el("span", { class: "hidden" }, "Details"));
  const table = el(
    "table",
    { class: "figures data" },
    el("caption", { class: "hidden" }, label),
    el("thead", {}, el("tr", {}, corner, ...heads)),
    body,
  );
  const few = rows.length <= pageSize;
  const bar = el(
    "div",
    { class: "pager" },
    search,
    el("span", { class: "grow" }),
    first,
    back,
    status,
    next,
    last,
  );
  const scroll = el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    table,
  );
  return el("div", {}, few ? null : bar, scroll);
}

function head(column, sort) {
  return el(
    "th",
    { scope: "col", class: column.number ? "number" : null, "aria-sort": "none" },
    el("button", { type: "button", class: "sort", onclick: sort }, column.label),
  );
}

function pageButton(text, label, turn) {
  return el("button", { type: "button", class: "page", "aria-label": label, onclick: turn }, text);
}

function rowOf(row, columns, details) {
  const cells = columns.map((column, index) => {
    const value = column.of(row);
    const tone = !column.tone || !value ? "" : value > 0 ? " gain" : " loss";
    const options = { class: `${column.number ? "number" : ""}${tone}` };
    if (index === 0) options.scope = "row";
    return el(index === 0 ? "th" : "td", options, column.show ? column.show(row) : String(value));
  });
  if (details === undefined) return [el("tr", {}, ...cells)];
  const button = el(
    "button",
    { type: "button", class: "expand", "aria-expanded": "false", "aria-label": "Why" },
    "+",
  );
  const line = el("tr", {}, el("td", { class: "narrow" }, button), ...cells);
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    button.textContent = open ? "+" : "−";
    if (open) line.nextElementSibling?.remove();
    else {
      const cell = el(
        "td",
        { colspan: columns.length + 1 },
        el("div", { class: "why" }, details(row)),
      );
      line.after(el("tr", { class: "details" }, cell));
    }
  });
  return [line];
}

function filtered(rows, columns, text) {
  if (text === "") return rows;
  return rows.filter((row) =>
    columns.some((column) => {
      const shown = column.show ? column.show(row) : column.of(row);
      const words = shown instanceof Node ? shown.textContent : String(shown);
      return words.toLowerCase().includes(text);
    }),
  );
}

/** Rows without a value come last, whichever way the others run. */
function sorted(rows, columns, { column, falling }) {
  if (column < 0) return rows;
  const value = columns[column].of;
  return [...rows].sort((left, right) => {
    const [a, b] = [value(left), value(right)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = a < b ? -1 : a > b ? 1 : 0;
    return falling ? -order : order;
  });
}
