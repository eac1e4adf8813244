import { parseArgs } from "node:util";
import { slopesOf, soak } from "./soak.ts";

// npm run soak -- --days 252: a year of minutes of twenty instruments, as fast as it goes.
const { values } = parseArgs({
  options: {
    days: { type: "string", default: "252" },
    life: { type: "string", default: "21" },
    folder: { type: "string", default: "reports/soak" },
    seed: { type: "string", default: "1" },
  },
});
const told = await soak({
  days: Number(values.days),
  life: Number(values.life),
  folder: values.folder,
  seed: Number(values.seed),
  onDay: ({ day, heapMb, rssMb, files }) =>
    console.log(
      `day ${day}: heap ${heapMb.toFixed(1)} MB, RSS ${rssMb.toFixed(0)} MB, ${files} files`,
    ),
});
const { samples, starts, seconds, bars, differences } = told;
console.log(
  JSON.stringify(
    { days: samples.length, bars, seconds, starts, differences, ...slopesOf(told) },
    null,
    2,
  ),
);
if (differences.length > 0) process.exitCode = 1;
