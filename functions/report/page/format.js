/** What stands where there is no number. */
export const NOTHING = "–";

const clock = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "America/New_York",
  dateStyle: "short",
  timeStyle: "medium",
});
const grouped = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 6 });
const amount = new Intl.NumberFormat("en-US", { maximumFractionDigits: 9 });

/** Day and time in New York. @param {number} timeMs */
export function timeText(timeMs) {
  return clock.format(timeMs);
}

/** Day in New York. @param {number} timeMs */
export function dayText(timeMs) {
  return clock.format(timeMs).slice(0, 10);
}

/** @param {number | null} value a fraction */
export function percent(value) {
  return value === null ? NOTHING : `${grouped.format(value * 100)}%`;
}

/** @param {number | null} value */
export function dollars(value) {
  if (value === null) return NOTHING;
  return `${value < 0 ? "-" : ""}$${grouped.format(Math.abs(value))}`;
}

/** @param {number | null} value */
export function count(value) {
  return value === null ? NOTHING : whole.format(value);
}

/** A price with two to six places. @param {number | null} value */
export function price(value) {
  return value === null ? NOTHING : fine.format(value);
}

/** A quantity, as fine as it is. @param {number | null} value */
export function quantity(value) {
  return value === null ? NOTHING : amount.format(value);
}

/** `order.filled.v1` as `filled`. @param {string} type */
export function eventName(type) {
  return type
    .replace(/^order\./, "")
    .replace(/\.v\d{1,9}$/, "")
    .replaceAll("-", " ");
}

/** `venueOrderId` as `venue order id`. @param {string} key */
export function spelt(key) {
  return key
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/ Ms$/, "")
    .toLowerCase();
}
