import { count, dollars, percent, price, quantity, timeText } from "./format.js";
import { dataTable } from "./table.js";

/** Round trips, entry to exit. @param {Element} host */
export function trips(host, { trips: rows }) {
  const at = (index) => (row) => row[index];
  const number = (label, index, show) => ({
    label,
    number: true,
    of: at(index),
    show: (row) => show(row[index]),
  });
  const columns = [
    { label: "Symbol", of: at(0) },
    { label: "Side", of: at(1) },
    { label: "Opened", of: at(2), show: (row) => timeText(row[2]) },
    { label: "Closed", of: at(3), show: (row) => timeText(row[3]) },
    number("Quantity", 4, quantity),
    number("Entry", 5, price),
    number("Exit", 6, price),
    { ...number("Profit", 7, dollars), tone: true },
    { ...number("Return", 8, percent), tone: true },
    number("Fees", 9, dollars),
    number("Worst", 10, percent),
    number("Best", 11, percent),
    number("Bars", 12, count),
  ];
  host.append(dataTable({ label: "Round trips", columns, rows }));
}
