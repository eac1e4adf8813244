/**
 * An element with attributes and children. Text only ever becomes text nodes, so nothing in the
 * data
 * can turn into markup.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `onclick` and the like take functions
 * @param {...(Node | string | number | null | false)} children
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== false).map(asNode));
  return element;
}

/** @param {Node | string | number} child */
function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

/**
 * The data that stands in a section, as the page was written.
 * @param {Element} section
 */
export function dataOf(section) {
  const script = section.querySelector(':scope > script[type="application/json"]');
  return JSON.parse(script?.textContent ?? "null");
}

/**
 * A column of a table of names and values.
 * @param {[string, Node | string][]} pairs
 */
export function facts(pairs) {
  return el(
    "dl",
    { class: "facts wide" },
    ...pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );
}
