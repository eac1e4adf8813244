/** Colours of lines, told apart by most eyes on light and on dark (Okabe and Ito, and two more). */
const lines = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6", "--line-7"];

/** The value of a style variable, now. @param {string} name */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The colour of the n-th line; after the seventh they come round again. @param {number} index */
export function lineColour(index) {
  return colour(lines[index % lines.length]);
}

/**
 * Lines after the seventh are dashed, so that two of a colour still differ. @param {number} index
 */
export function dashes(index) {
  const round = Math.floor(index / lines.length);
  return round === 0 ? [] : [4 * round, 4];
}

/** @type {Set<() => void>} */
const drawn = new Set();

/**
 * Draws now and again whenever light turns to dark: canvases do not follow the style by themselves.
 * @param {() => void} draw
 */
export function onTheme(draw) {
  drawn.add(draw);
  draw();
}

/** Starts to follow the scheme of the system. */
export function watchTheme() {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const draw of drawn) draw();
  });
}
