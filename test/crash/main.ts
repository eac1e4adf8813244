import { crashTest } from "./drive.ts";

// npm run crash -- KILLS SEED: kills servers while they trade, and says what came of it.
const [kills = "300", seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
console.log(`${kills} kills, seed ${seed}`);
const report = await crashTest({
  kills: Number(kills),
  seed: Number(seed),
  onKill: (done) => done % 10 === 0 && console.log(`${done} killed`),
});
console.log(JSON.stringify(report, null, 2));
if (report.differences.length > 0) process.exitCode = 1;
